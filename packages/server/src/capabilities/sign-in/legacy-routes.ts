import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn } from './answer.ts'
import { clientOf } from './client.ts'
import { exchangeLegacyToken, requireLegacyOpen } from './legacy.ts'
import { signInSettings } from './settings.ts'
import { exchangeBody, signedIn, stepProblem } from './shapes.ts'

/** Refuses before the body is read, unless old tokens are exchanged now. */
const whileOpen =
  (ctx: Context): MiddlewareHandler<HttpEnv> =>
  async (_, next) => {
    requireLegacyOpen(ctx)
    await next()
  }

/** `/auth/exchange-legacy`, where GATEHOUSE_LEGACY_UNTIL is set. */
export function legacyRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  if (settingsOf(ctx.config, signInSettings).legacyUntil === undefined) return
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/exchange-legacy',
      tags: ['Sign-in'],
      summary: 'Exchange a token of the application before',
      description:
        'Only until GATEHOUSE_LEGACY_UNTIL, and once for each token. The session is as old as the token.',
      middleware: [guard.open('a token of the application before is the proof'), whileOpen(ctx)] as const,
      request: { body: jsonRequest(exchangeBody, { token: 'eyJhbGciOiJIUzI1NiJ9.e30.x' }) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('Unknown audience.'),
        401: stepProblem(
          'The token is no good, or was exchanged before; or the sign-in lacks a step, with its `challenge`.',
        ),
        403: problem(
          'The account is disabled, or a cookie was requested from an origin that is not allowed.',
        ),
        404: problem('Old tokens are not exchanged here, or not any more.'),
        429: problem('Too many exchanges; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const result = await exchangeLegacyToken(calledBy(c, ctx), input, clientOf(c))
      return c.json(answerSignedIn(c, ctx, result, input.transport), 200)
    },
  )
}
