import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { bytesOf } from './connections.ts'
import { FeedUnavailable } from './errors.ts'
import { RevocationFeed } from './feed.ts'
import { feedKeysPath } from './metadata.ts'

const question = z.strictObject({
  cursor: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .openapi({ description: 'The sequence number of the newest change that the listener has.' }),
  nonce: z
    .string()
    .regex(/^[\w-]{16,128}$/)
    .optional()
    .openapi({ description: 'Returned in the first signed position, which shows that the answer is fresh.' }),
})

const answer = z
  .object({
    position: z.string().openapi({ description: 'The feed’s newest sequence number, as a signed JWT.' }),
    snapshot: z.string().optional().openapi({ description: 'Everything that is revoked; a JWS.' }),
    changes: z.array(z.string()).openapi({ description: 'Security Event Tokens (RFC 8417), in order.' }),
  })
  .openapi('RevocationAnswer')

/** The feed, and the keys that sign it. Open, because every verifier of tokens needs it; it contains no names. */
export function revocationRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: feedKeysPath,
      tags: ['Revocations'],
      summary: 'Get the keys that sign the revocation feed',
      middleware: [guard.open('public keys')] as const,
      responses: {
        200: { description: 'A JSON Web Key Set.', content: { 'application/json': { schema: keySet } } },
      },
    }),
    async (c) => c.json({ ...(await feedOf(ctx).keys()) }, 200, { 'Cache-Control': 'no-cache' }),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/revocations',
      tags: ['Revocations'],
      summary: 'Get revocations, at once or as a stream',
      description,
      middleware: [guard.open('signed, and without names: whoever verifies tokens needs it')] as const,
      request: { query: question },
      responses: {
        200: {
          description: 'The snapshot or changes that the listener lacks.',
          content: { 'application/json': { schema: answer }, 'text/event-stream': { schema: z.string() } },
        },
        304: { description: 'No changes; the signed position is in `Gatehouse-Position`.' },
        429: {
          description: 'Too many requests or snapshots for this address; see Retry-After.',
        },
        503: { description: 'Too many feed connections, or the feed is unavailable.' },
      },
    }),
    async (c) => {
      const feed = feedOf(ctx)
      const { cursor, nonce } = c.req.valid('query')
      const request = { after: cursor, nonce }
      if (c.req.header('Accept')?.includes('text/event-stream') === true) {
        return c.body(await feed.stream(c.var.clientAddress, request), 200, streamHeaders)
      }
      const { sequence, position, snapshot, changes } = await feed.answer(c.var.clientAddress, request)
      const etag = `"${sequence}"`
      const headers = {
        ETag: etag,
        'Cache-Control': nonce === undefined ? 'no-cache' : 'no-store',
        'Gatehouse-Position': position,
      }
      if (c.req.header('If-None-Match') === etag) return c.body(null, 304, headers)
      if (snapshot === undefined) return c.json({ position, changes: [...changes] }, 200, headers)
      const [before, after] = [
        `{"position":"${position}","snapshot":"`,
        `","changes":${JSON.stringify(changes)}}`,
      ]
      return c.body(concatenated(before, snapshot, after), 200, {
        ...headers,
        'Content-Type': 'application/json',
      })
    },
  )
}

/** One body of several parts, none of which is copied: a snapshot may be large, and is the same for everybody. */
function concatenated(...parts: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts.map(bytesOf))
}

const keySet = z.record(z.string(), z.unknown())

const description =
  'With `Accept: text/event-stream`, a stream of events (`position`, `snapshot`, `change`); else one answer with an ' +
  'ETag, to poll with. Everything is signed with keys that sign nothing else.'

const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  // nginx and its kin hold events back otherwise
  'X-Accel-Buffering': 'no',
}

/** The instance's memory of revocations, where that is a feed. */
function feedOf({ instance: { revocations } }: Context): RevocationFeed {
  if (!(revocations instanceof RevocationFeed)) throw new FeedUnavailable()
  return revocations
}
