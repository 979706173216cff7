import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { sampleToken } from '../challenges/index.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn, clientOf, signedIn } from '../sign-in/index.ts'
import { acceptInvitation } from './accept.ts'
import { acceptBody } from './shapes.ts'

const sample = { token: sampleToken, username: 'ben', password: 'staple-horse-battery-9' }

/** `/auth/accept-invitation`. */
export function acceptInvitationRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/accept-invitation',
      tags: ['Invitations'],
      summary: 'Accept an invitation',
      description: 'Creates an account with the invited address, verified, and signs its user in.',
      middleware: [guard.open('the link from an invitation is the proof')] as const,
      request: { body: jsonRequest(acceptBody(ctx.config), sample) },
      responses: {
        201: signedIn('The new user, signed in.'),
        400: problem('The link is wrong, used, revoked or too old; or unknown audience.'),
        403: problem('Sign-up is closed, or a cookie was requested from an origin that is not allowed.'),
        409: problem('The username or the address is taken, or the invitation is no longer valid.'),
        422: problem('One entry for each invalid field.'),
        429: problem('Too many new accounts from this address; Retry-After says when to try again.'),
        503: problem('Too many passwords are being checked; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const result = await acceptInvitation(calledBy(c, ctx), input, clientOf(c))
      return c.json(answerSignedIn(c, ctx, result, input.transport), 201)
    },
  )
}
