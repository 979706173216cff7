import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import { noStore } from '../../platform/http/security-headers.ts'
import { jsonPage, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { actorFor } from '../roles/index.ts'
import { listUsers } from './read.ts'
import { showWhole, userBody, userSummary } from './shapes.ts'

const query = pageQuery.extend({
  q: z
    .string()
    .max(128)
    .refine(isStorable, {
      message: 'The text holds NUL or half a character.',
      params: { code: 'invalid_characters' },
    })
    .optional()
    .openapi({
      description: 'Text that the username contains, whatever its case; nothing in it is a wildcard.',
    }),
})

/** `GET /users`. */
export function directoryRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const allowed = ctx.config.directory === 'admins' ? guard(permission('users:read')) : guard()
  app.openapi(
    createRoute({
      method: 'get',
      path: '/users',
      tags: ['Users'],
      summary: 'Who is here',
      description: 'Ids and usernames; whole users for who holds `users:read`.',
      security: [{ bearer: [] }],
      middleware: [allowed, noStore] as const,
      request: { query },
      responses: {
        200: jsonPage(z.union([userBody, userSummary]), 'In the order in which they signed up.'),
        401: problem('Not signed in.'),
        403: problem('The directory is for administrators.'),
        422: problem('A limit or cursor that is none.'),
      },
    }),
    async (c) => {
      const page = c.req.valid('query')
      const { items, next, whole } = await listUsers(ctx, await actorFor(ctx, c.var.auth), page)
      if (next !== undefined) {
        c.header('Link', nextLink('/users', { limit: page.limit, cursor: next, q: page.q }))
      }
      return c.json(whole ? items.map(showWhole) : items.map(({ id, username }) => ({ id, username })), 200)
    },
  )
}
