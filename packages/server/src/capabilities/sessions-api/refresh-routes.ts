import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { clearRefreshCookie, presentedRefreshToken, setRefreshCookie } from './refresh-cookie.ts'
import { refresh, signOut } from './service.ts'
import { refreshBody, tokenBody, withoutRefreshToken } from './shapes.ts'

const bearer = [{ bearer: [] }]

/** `/auth/refresh` and `/auth/sign-out`. */
export function refreshRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/refresh',
      tags: ['Sign-in'],
      summary: 'Refresh tokens',
      middleware: [guard.open('the refresh token is the proof')] as const,
      request: { body: jsonRequest(refreshBody, { refresh_token: 'the one that signing in returned' }) },
      responses: {
        200: json(tokenBody, 'New tokens. The refresh token that was sent is used up.'),
        400: problem('An audience that the session does not have, or two refresh tokens.'),
        401: problem('The refresh token is no longer valid: sign in again.'),
        403: problem('A cookie from a page of an origin that is not allowed.'),
      },
    }),
    async (c) => {
      const { refresh_token, ...request } = c.req.valid('json')
      const presented = presentedRefreshToken(c, ctx.config, refresh_token)
      const answer = await refresh(calledBy(c, ctx), presented, request)
      if (presented.transport === 'body') return c.json(answer, 200)
      setRefreshCookie(c, ctx.config, answer.refresh_token)
      return c.json(withoutRefreshToken(answer), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/sign-out',
      tags: ['Sign-in'],
      summary: 'End this session',
      security: bearer,
      middleware: [guard()] as const,
      responses: {
        204: { description: 'The session has ended; its tokens are refused.' },
        401: problem('Not signed in.'),
      },
    }),
    async (c) => {
      await signOut(calledBy(c, ctx), c.var.auth.claims)
      clearRefreshCookie(c)
      return c.body(null, 204)
    },
  )
}
