import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../platform/context.ts'
import { noStore } from '../../platform/http/security-headers.ts'
import { jsonPage, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { listEvents } from './service.ts'

const eventBody = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z.string().openapi({ description: 'A user’s id, or `system`.' }),
    action: z.string().openapi({ example: 'user.updated' }),
    target: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEvent')

/** `/audit`: who did what, newest first. */
export function auditRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/audit',
      tags: ['Audit'],
      summary: 'Who did what, newest first',
      security: [{ bearer: [] }],
      middleware: [guard(permission('audit:read')), noStore] as const,
      request: { query: pageQuery },
      responses: {
        200: jsonPage(eventBody, 'Newest first.'),
        401: problem('Not signed in.'),
        403: problem('Without `audit:read`.'),
        422: problem('A limit that is not 1 to 100, or a cursor that did not come from here.'),
      },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const page = await listEvents(ctx, { limit, cursor })
      if (page.next !== undefined) c.header('Link', nextLink(c.req.path, { limit, cursor: page.next }))
      return c.json(
        page.items.map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
        200,
      )
    },
  )
}
