import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../context.ts'
import { assertReady } from '../platform/http/health.ts'
import { json, problem } from '../platform/http/shapes.ts'
import type { HttpEnv } from '../platform/http/variables.ts'

const status = z.object({ status: z.literal('ok') })
const tags = ['Health']

/** `/healthz`: the process answers. `/readyz`: so does the database. */
export function healthRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      tags,
      summary: 'Check that the process is up',
      middleware: [guard.open('liveness probe')] as const,
      responses: { 200: json(status, 'It is up.') },
    }),
    (c) => c.json({ status: 'ok' as const }, 200),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/readyz',
      tags,
      summary: 'Check that the server is ready',
      middleware: [guard.open('readiness probe')] as const,
      responses: { 200: json(status, 'It is ready.'), 503: problem('The database cannot be reached.') },
    }),
    async (c) => {
      await assertReady(ctx)
      return c.json({ status: 'ok' as const }, 200)
    },
  )
}
