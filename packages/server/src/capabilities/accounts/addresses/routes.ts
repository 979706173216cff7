import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../../context.ts'
import { calledBy } from '../../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../../platform/http/shapes.ts'
import type { HttpEnv } from '../../../platform/http/variables.ts'
import { proofOf, sampleToken } from '../../challenges/index.ts'
import { actorFor } from '../../roles/index.ts'
import { ownPath, targetOf, userPath } from '../shapes.ts'
import { sentBody, undoEmailBody, verifyEmailBody } from './shapes.ts'
import { undoEmailChange } from './undo.ts'
import { requestVerification, verifyEmail } from './verify.ts'

const tags = ['E-mail']
const refused = {
  400: problem('The link or code is wrong, used or too old.'),
  409: problem('Another account has verified this address.'),
  422: problem('A field is missing or unknown.'),
}

/** `/users/:userId/email-verification`, `/auth/verify-email` and `/auth/undo-email`. */
export function addressRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/users/{userId}/email-verification',
      tags,
      summary: 'Send the verification message again',
      description:
        'Sends a link and a code to the address that is still to be verified: `pending_email`, or else `email`.',
      security: [{ bearer: [] }],
      middleware: [guard(...ownPath)] as const,
      request: { params: userPath },
      responses: {
        202: json(sentBody, 'The message is on its way.'),
        401: problem('Not signed in.'),
        403: problem('Another user’s account.'),
        409: problem('No address is still to be verified.'),
        429: problem('Less than a minute since the last message; Retry-After says when to try again.'),
        501: problem('The server sends no mail.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const actor = await actorFor(ctx, c.var.auth)
      return c.json({ challenge: await requestVerification(calledBy(c, ctx), actor, userId) }, 202)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/verify-email',
      tags,
      summary: 'Verify an e-mail address',
      description:
        'Uses up the link or the code from the message. A pending address takes the place of the old one, which is told and can undo it for seven days.',
      middleware: [guard.open('the link or code from a message is the proof')] as const,
      request: { body: jsonRequest(verifyEmailBody, { token: sampleToken }) },
      responses: {
        204: { description: 'The address is verified.' },
        ...refused,
        429: problem('Too many wrong codes, or changes of address; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      await verifyEmail(calledBy(c, ctx), proofOf(c.req.valid('json')))
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/undo-email',
      tags,
      summary: 'Undo a change of e-mail address',
      description:
        'Gives the account its former address back and ends all of its sessions. Whoever changed the address may know the password: reset it afterwards.',
      middleware: [guard.open('the link from a message is the proof')] as const,
      request: { body: jsonRequest(undoEmailBody, { token: sampleToken }) },
      responses: { 204: { description: 'The account has its former address.' }, ...refused },
    }),
    async (c) => {
      await undoEmailChange(calledBy(c, ctx), c.req.valid('json').token)
      return c.body(null, 204)
    },
  )
}
