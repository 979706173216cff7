import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import type { Transport } from '../sessions/index.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn } from './answer.ts'
import { changePassword } from './change-password.ts'
import { clientOf } from './client.ts'
import { changePasswordBody, sampleChallenge, signedIn, stepProblem } from './shapes.ts'

/** `/auth/change-password`. */
export function changePasswordRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/change-password',
      tags: ['Sign-in'],
      summary: 'Replace a password that has to be changed',
      description: 'Finishes a sign-in that was answered with `password_change_required`.',
      middleware: [guard.open('the challenge of a sign-in is the proof')] as const,
      request: {
        body: jsonRequest(changePasswordBody(ctx.config), {
          challenge: sampleChallenge,
          password: 'velvet-harbor-lantern-3',
        }),
      },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('The challenge is invalid, used or older than ten minutes.'),
        401: stepProblem('The password was replaced, and the sign-in lacks another step.'),
        403: problem(
          'The account is disabled, or a cookie was requested from an origin that is not allowed.',
        ),
        422: problem('The new password is too weak, or the same as before.'),
        429: problem('Too many attempts; Retry-After says when to try again.'),
        503: problem('Too many passwords are being checked; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const { challenge, password } = c.req.valid('json')
      let transport: Transport = 'body'
      const permit = (asked: Transport): void => {
        transport = asked
        if (asked === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      }
      const resuming = { challenge, client: clientOf(c), permit }
      const result = await changePassword(calledBy(c, ctx), password, resuming)
      return c.json(answerSignedIn(c, ctx, result, transport), 200)
    },
  )
}
