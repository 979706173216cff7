import { type Auth, check, type Guard, own, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import { noStore } from '../../platform/http/security-headers.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { actorFor } from '../roles/index.ts'
import { listSessions } from '../sessions/index.ts'
import { endEverySession, endOneSession } from './end-sessions.ts'
import { sessionBody, sessionQuery, showSession } from './session-shapes.ts'

const user = z.object({ userId: z.string().openapi({ description: 'A user’s id, or `me`.' }) })
const security = [{ bearer: [] }]
const me = check('me', (_, c) => c.req.param('userId') === 'me')

/** Whom a path means: `me` is who asks. */
const target = (userId: string, auth: Auth) => (userId === 'me' ? auth.user.id : userId)

/** `/users/:userId/sessions`: see where somebody is signed in, and end it. */
export function sessionRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/users/{userId}/sessions',
      tags: ['Sessions'],
      summary: 'Where a user is signed in',
      security,
      middleware: [
        guard(own('userId'), me, permission('sessions:read'), permission('sessions:write')),
        noStore,
      ] as const,
      request: { params: user, query: sessionQuery },
      responses: {
        200: {
          description: 'Live sessions, newest first; `Link` leads to the next page.',
          content: { 'application/json': { schema: z.array(sessionBody) } },
        },
        403: { description: 'Somebody else’s.' },
      },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const page = await listSessions(ctx, target(c.req.valid('param').userId, c.var.auth), { limit, cursor })
      if (page.next !== undefined) c.header('Link', nextLink(c.req.path, { limit, cursor: page.next }))
      return c.json(
        page.items.map((session) => showSession(session, c.var.auth.session)),
        200,
      )
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/users/{userId}/sessions',
      tags: ['Sessions'],
      summary: 'Sign a user out everywhere',
      security,
      middleware: [guard(own('userId'), me, permission('sessions:write')), noStore] as const,
      request: { params: user },
      responses: {
        204: { description: 'Every session has ended.' },
        403: { description: 'Somebody else’s.' },
      },
    }),
    async (c) => {
      const { auth } = c.var
      await endEverySession(ctx, await actorFor(ctx, auth), target(c.req.valid('param').userId, auth))
      return c.body(null, 204)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/users/{userId}/sessions/{sessionId}',
      tags: ['Sessions'],
      summary: 'End one session of a user',
      security,
      middleware: [guard(own('userId'), me, permission('sessions:write')), noStore] as const,
      request: { params: user.extend({ sessionId: z.string() }) },
      responses: {
        204: { description: 'The session has ended.' },
        403: { description: 'Somebody else’s.' },
        404: { description: 'The user has no such session.' },
      },
    }),
    async (c) => {
      const { auth } = c.var
      const { userId, sessionId } = c.req.valid('param')
      await endOneSession(ctx, await actorFor(ctx, auth), target(userId, auth), sessionId)
      return c.body(null, 204)
    },
  )
}
