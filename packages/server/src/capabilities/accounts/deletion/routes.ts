import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../../context.ts'
import { calledBy } from '../../../platform/http/caller.ts'
import { jsonRequest, problem } from '../../../platform/http/shapes.ts'
import type { HttpEnv } from '../../../platform/http/variables.ts'
import { actorFor } from '../../roles/index.ts'
import { targetOf, userPath } from '../shapes.ts'
import { keepOwnAccount } from './own.ts'
import { cancelDeletion } from './service.ts'

const keepBody = z
  .strictObject({
    challenge: z.string().max(200).openapi({
      description:
        'From the answer `deletion_pending` to a sign-in, or the `token` of the link in the message.',
    }),
  })
  .openapi('CancelDeletion')

/** `/users/:userId/deletion` and `/auth/cancel-deletion`. */
export function deletionRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'delete',
      path: '/users/{userId}/deletion',
      tags: ['Users'],
      summary: 'Keep a user who is to be deleted',
      security: [{ bearer: [] }],
      middleware: [guard(permission('users:write'))] as const,
      request: { params: userPath },
      responses: {
        204: { description: 'The user stays, whether or not they were to be deleted.' },
        401: problem('Not signed in.'),
        403: problem('Missing permission `users:write`, or the user holds a permission that you lack.'),
        404: problem('User not found (only with `users:read`; otherwise 403).'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      await cancelDeletion(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId)
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/cancel-deletion',
      tags: ['Sign-in'],
      summary: 'Keep one’s own account',
      description: 'Cancels a deletion that the owner of the account requested. Sign in again afterwards.',
      middleware: [guard.open('the challenge is the proof')] as const,
      request: {
        body: jsonRequest(keepBody, { challenge: 'Rl1kIhx9T8e0w3o2cUuWmVbXhGqPpZ7yS4dF6aJ5nLk' }),
      },
      responses: {
        204: { description: 'The account stays.' },
        400: problem('The challenge is invalid, used or too old, or the account is erased.'),
        422: problem('One entry for each invalid field.'),
      },
    }),
    async (c) => {
      await keepOwnAccount(calledBy(c, ctx), c.req.valid('json').challenge)
      return c.body(null, 204)
    },
  )
}
