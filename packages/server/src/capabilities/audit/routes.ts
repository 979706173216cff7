import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { jsonPage, pageQuery, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { nextLink } from '../../platform/paging.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { auditActions } from './actions.ts'
import { listEvents } from './service.ts'

const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine(isStorable, {
      message: 'The text contains NUL or half a character.',
      params: { code: 'invalid_characters' },
    })
const time = z.iso.datetime({ offset: true, message: 'A time such as 2026-11-28T09:30:00Z.' })

const query = pageQuery
  .extend({
    actor: text(64).optional().openapi({ description: 'A user’s id, `system` or `anonymous`.' }),
    target: text(128).optional().openapi({ description: 'The id of a user or key, or the name of a role.' }),
    action: z.enum(auditActions).optional(),
    outcome: z.enum(['success', 'failure']).optional(),
    grant: text(64).optional().openapi({ description: 'The id of a session or of a client’s grant.' }),
    since: time.optional().openapi({ description: 'Events at this time or later.' }),
    until: time.optional().openapi({ description: 'Events before this time.' }),
  })
  .refine(
    ({ since, until }) => since === undefined || until === undefined || Date.parse(since) < Date.parse(until),
    { path: ['until'], message: '`until` must be later than `since`.', params: { code: 'invalid_range' } },
  )

const eventBody = z
  .object({
    id: z.string(),
    sequence: z.int().nullable().openapi({
      description:
        'The place in the chain, from 1 without gaps; `null` for the newest, which are chained within a second, failures after their quarter of an hour.',
    }),
    at: z.iso
      .datetime()
      .openapi({ description: 'When it happened; the first time, if `count` is more than 1.' }),
    actor: z
      .string()
      .openapi({ description: 'A user’s id, `system`, or `anonymous` for an unauthenticated caller.' }),
    action: z.string().openapi({ example: 'sign_in.failed' }),
    outcome: z.enum(['success', 'failure']),
    target: z.string().nullable(),
    grant: z.string().nullable().openapi({ description: 'The session or client grant that the actor used.' }),
    address: z.string().nullable().openapi({ description: 'For failures over IPv6, the /64 network.' }),
    user_agent: z.string().nullable(),
    count: z.int().openapi({ description: 'The number of failures that this event counts; otherwise 1.' }),
    last_at: z.iso.datetime(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('AuditEvent')

const iso = (ms: number): string => new Date(ms).toISOString()
const msOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text)

/** `/audit`. */
export function auditRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/audit',
      tags: ['Audit'],
      summary: 'List audit events',
      security: [{ bearer: [] }],
      middleware: [guard(permission('audit:read'))] as const,
      request: { query },
      responses: {
        200: jsonPage(eventBody, 'Audit events, newest first.'),
        401: problem('Not signed in.'),
        403: problem('Missing permission `audit:read`.'),
        422: problem('An invalid filter, limit or cursor.'),
      },
    }),
    async (c) => {
      const { limit, cursor, since, until, ...filter } = c.req.valid('query')
      const times = { since: msOf(since), until: msOf(until) }
      const page = await listEvents(ctx, { limit, cursor }, { ...filter, ...times })
      if (page.next !== undefined)
        c.header('Link', nextLink(c.req.path, { limit, cursor: page.next, ...filter, since, until }))
      return c.json(
        page.items.map(({ at, lastAt, userAgent, ...event }) => ({
          ...event,
          at: iso(at),
          last_at: iso(lastAt),
          user_agent: userAgent,
        })),
        200,
      )
    },
  )
}
