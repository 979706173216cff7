import { type Guard, permission } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { ownPath, targetOf, userPath } from '../accounts/index.ts'
import { actorFor } from '../roles/index.ts'
import { exportUser } from './service.ts'

const exportBody = z
  .object({
    issuer: z.string(),
    user_id: z.string(),
    exported_at: z.iso.datetime(),
    description: z.string(),
    withheld: z
      .array(z.object({ name: z.string(), reason: z.string() }))
      .openapi({ description: 'What is held, but not exported, and why.' }),
    parts: z.array(
      z.object({
        name: z.string().openapi({ example: 'sessions' }),
        description: z.string(),
        records: z.array(z.record(z.string(), z.unknown())),
      }),
    ),
  })
  .openapi('Export')

/** Described as JSON; the type says `string`, because the body is written as a stream and not by `c.json`. */
const exported: { description: string; content: Record<string, { schema: z.ZodType }> } = json(
  exportBody,
  'The data, each part with a description of its records.',
)

/** `/users/:userId/export`. */
export function personalDataRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/users/{userId}/export',
      tags: ['Users'],
      summary: 'Export all data about a user',
      description:
        'Returns everything held about a user as one document. Exporting one’s own data needs a recent sign-in.',
      security: [{ bearer: [] }],
      middleware: [guard(...ownPath, permission('users:export'))] as const,
      request: { params: userPath },
      responses: {
        200: exported,
        401: problem('Not signed in, or the sign-in is too old (then with `max_age`).'),
        403: problem('Another user’s data, or a token that does not allow this.'),
        404: problem('User not found (only with `users:read`; otherwise 403).'),
        429: problem('Too many exports; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const userId = targetOf(c.req.valid('param').userId, c.var.auth)
      const { pieces } = await exportUser(calledBy(c, ctx), await actorFor(ctx, c.var.auth), userId)
      return c.body(streamOf(pieces), 200, {
        'Content-Type': 'application/json',
        'Content-Disposition': 'attachment; filename="export.json"',
      })
    },
  )
}

/** Pieces as a body that is read as fast as the client takes it. An error breaks it off, so that half an export is not JSON. */
function streamOf(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
