import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { jsonPage, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { ownPath, targetOf, userPath } from '../accounts/index.ts'
import { actorFor } from '../roles/index.ts'
import { endEverySession, endOneSession, sessionsOf } from './end-sessions.ts'
import { sessionBody, showSession } from './shapes.ts'

const security = [{ bearer: [] }]
const noUser = { 404: problem('User not found; only for callers with `users:read`.') }
const refused = { 401: problem('Not signed in.'), 403: problem('Another user’s, or not with this token.') }

/** `/users/:userId/sessions`: list and end sessions. */
export function sessionRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/users/{userId}/sessions',
      tags: ['Sessions'],
      summary: 'List a user’s sessions',
      security,
      middleware: [guard(...ownPath, permission('sessions:read'), permission('sessions:write'))] as const,
      request: { params: userPath, query: pageQuery },
      responses: {
        200: jsonPage(sessionBody, 'Live sessions, newest first.'),
        ...refused,
        ...noUser,
        422: problem('Invalid limit or cursor.'),
      },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const page = await sessionsOf(ctx, await actorFor(ctx, c.var.auth), userId, { limit, cursor })
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
      middleware: [guard(...ownPath, permission('sessions:write'))] as const,
      request: { params: userPath },
      responses: {
        204: { description: 'Every session has ended.' },
        ...refused,
        ...noUser,
      },
    }),
    async (c) => {
      const { auth } = c.var
      await endEverySession(
        calledBy(c, ctx),
        await actorFor(ctx, auth),
        targetOf(c.req.valid('param').userId, auth),
      )
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
      middleware: [
        guard.shared('a session is looked up among its user’s', ...ownPath, permission('sessions:write')),
      ] as const,
      request: { params: userPath.extend({ sessionId: z.string() }) },
      responses: {
        204: { description: 'The session has ended.' },
        ...refused,
        404: problem('The user has no such session.'),
      },
    }),
    async (c) => {
      const { auth } = c.var
      const { userId, sessionId } = c.req.valid('param')
      await endOneSession(
        calledBy(c, ctx),
        await actorFor(ctx, auth),
        targetOf(userId, auth),
        isStorable(sessionId) ? sessionId : '',
      )
      return c.body(null, 204)
    },
  )
}
