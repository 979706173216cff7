import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { ownPath, targetOf, userPath } from '../accounts/index.ts'
import { actorFor } from '../roles/index.ts'
import { beginTotp, confirmTotp } from './enrol-totp.ts'
import {
  amongOwn,
  beginTotpBody,
  begunTotpBody,
  confirmedBody,
  confirmTotpBody,
  factorIdOf,
  factorPath,
} from './shapes.ts'

const common = { tags: ['Factors'], security: [{ bearer: [] as string[] }] }
const refused = {
  401: problem('Not signed in, the sign-in is too old, or it used no factor although there is one.'),
  403: problem('Another user’s account.'),
}

/** `/users/:userId/factors/totp`. */
export function totpRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/users/{userId}/factors/totp',
      summary: 'Begin to enrol an authenticator app',
      description:
        'The app counts once `confirm` has seen one of its codes. Beginning again forgets the secret.',
      middleware: [guard(...ownPath)] as const,
      request: { params: userPath, body: jsonRequest(beginTotpBody, { name: 'Phone' }) },
      responses: {
        201: json(begunTotpBody, 'What the app is set up with, shown this once.'),
        ...refused,
        409: problem('The account has as many factors as it can have.'),
        422: problem('The name is empty or too long.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const actor = await actorFor(ctx, c.var.auth)
      return c.json(await beginTotp(calledBy(c, ctx), actor, userId, { name: c.req.valid('json').name }), 201)
    },
  )

  app.openapi(
    createRoute({
      ...common,
      method: 'post',
      path: '/users/{userId}/factors/totp/{factorId}/confirm',
      summary: 'Confirm an authenticator app',
      description:
        'From now on, signing in needs one of its codes. The session has proven it, too: its next token has `acr` `mfa`.',
      middleware: [guard.shared(amongOwn, ...ownPath)] as const,
      request: { params: factorPath, body: jsonRequest(confirmTotpBody, { totp: '123456' }) },
      responses: {
        200: json(confirmedBody, 'The app is enrolled.'),
        ...refused,
        404: problem('There is nothing to confirm: it is confirmed already, or was begun again.'),
        422: problem('The code is wrong.'),
      },
    }),
    async (c) => {
      const { userId, factorId } = c.req.valid('param')
      const actor = await actorFor(ctx, c.var.auth)
      const confirmation = { id: factorIdOf(factorId), totp: c.req.valid('json').totp }
      const target = targetOf(userId, c.var.auth)
      const { recoveryCodes } = await confirmTotp(calledBy(c, ctx), actor, target, confirmation)
      return c.json({ recovery_codes: recoveryCodes }, 200)
    },
  )
}
