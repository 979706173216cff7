import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonPage, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { mailStatuses } from './schema.ts'
import { listMail, resendMail } from './service.ts'
import { mailBody, showMail } from './shapes.ts'

const query = pageQuery.extend({ status: z.enum(mailStatuses).optional() })
const params = z.object({ mailId: z.uuid().openapi({ description: 'The id of a message.' }) })

/** `/mail`. */
export function mailRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/mail',
      tags: ['Mail'],
      summary: 'List messages',
      description: 'Messages of the last 14 days, and what became of them; never what they say.',
      security: [{ bearer: [] }],
      middleware: [guard(permission('mail:read'))] as const,
      request: { query },
      responses: {
        200: jsonPage(mailBody, 'Messages, newest first.'),
        401: problem('Not signed in.'),
        403: problem('Missing permission `mail:read`.'),
        422: problem('An invalid status, limit or cursor.'),
      },
    }),
    async (c) => {
      const { limit, cursor, status } = c.req.valid('query')
      const { items, next } = await listMail(ctx, { limit, cursor }, { status })
      if (next !== undefined) c.header('Link', nextLink('/mail', { limit, status, cursor: next }))
      return c.json(items.map(showMail), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/mail/{mailId}/resend',
      tags: ['Mail'],
      summary: 'Send a message now',
      description: 'A message that was given up, or waits for its next attempt.',
      security: [{ bearer: [] }],
      middleware: [guard(permission('mail:write'))] as const,
      request: { params },
      responses: {
        200: json(mailBody, 'The message, which is sent next.'),
        401: problem('Not signed in.'),
        403: problem('Missing permission `mail:write`.'),
        404: problem('No such message.'),
        409: problem('The message was sent already, or is being sent.'),
        422: problem('An invalid id.'),
      },
    }),
    async (c) => {
      const actor = { kind: 'user', id: c.var.auth.user.id } as const
      return c.json(showMail(await resendMail(calledBy(c, ctx), actor, c.req.valid('param').mailId)), 200)
    },
  )
}
