import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import type { Context } from '../../platform/context.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { keySetMaxAge, publishedJwks } from '../keys/index.ts'
import { issuerMetadata } from './metadata.ts'

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
})

/** Others may keep an answer for as long as a new key waits before it signs, and ask after it by its ETag (RFC 9110). */
const cacheable = `public, max-age=${keySetMaxAge}`

/** The key set (RFC 7517) and the metadata (RFC 8414) that verifiers start from. `extra` is what other parts announce. */
export function wellKnownRoutes(
  app: OpenAPIHono<HttpEnv>,
  ctx: Context,
  guard: Guard,
  extra: Readonly<Record<string, unknown>> = {},
): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/.well-known/jwks.json',
      tags: ['Tokens'],
      summary: 'The keys that tokens are signed with',
      middleware: [guard.open('public keys'), etag()] as const,
      responses: { 200: answer('A JSON Web Key Set.') },
    }),
    async (c) => c.json({ ...(await publishedJwks(ctx)) }, 200, { 'Cache-Control': cacheable }),
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/.well-known/oauth-authorization-server',
      tags: ['Tokens'],
      summary: 'What this issuer tells of itself',
      middleware: [guard.open('public metadata'), etag()] as const,
      responses: { 200: answer('Issuer metadata.') },
    }),
    (c) => c.json({ ...issuerMetadata(ctx.config), ...extra }, 200, { 'Cache-Control': cacheable }),
  )
}
