import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import type { Context } from '../../platform/context.ts'
import { RouteNotFound } from '../../platform/http/problems.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { keySetMaxAge, publishedJwks } from '../keys/index.ts'
import { issuerMetadata } from './metadata.ts'

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
})

/** Others may keep an answer for as long as a new key waits before it signs, and ask after it by its ETag (RFC 9110). */
const cacheable = `public, max-age=${keySetMaxAge}`

/**
 * The key set (RFC 7517), and the metadata that verifiers start from: one document, where RFC 8414 and where OpenID
 * Connect Discovery 1.0 look for it. `extra` is what other parts announce.
 */
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
      summary: 'Get the keys that sign tokens',
      middleware: [guard.open('public keys'), etag()] as const,
      responses: { 200: answer('A JSON Web Key Set.') },
    }),
    async (c) => c.json({ ...(await publishedJwks(ctx)) }, 200, { 'Cache-Control': cacheable }),
  )

  const metadata = async () => {
    const { keys } = await publishedJwks(ctx)
    const algorithms = new Set([ctx.config.signingAlgorithm, ...keys.map(({ alg }) => alg)])
    return { ...issuerMetadata(ctx.config, [...algorithms].sort()), ...extra }
  }
  const open = guard.open('public metadata')
  for (const [path, summary, description] of metadataRoutes) {
    app.openapi(
      createRoute({
        method: 'get',
        path,
        tags: ['Tokens'],
        summary,
        description,
        middleware: [open, etag()] as const,
        responses: { 200: answer('Issuer metadata.') },
      }),
      async (c) => c.json(await metadata(), 200, { 'Cache-Control': cacheable }),
    )
  }

  // RFC 8414, section 3.1: an issuer's path comes after the well-known part, which a proxy has no reason to take off
  const issuerPath = new URL(ctx.config.issuer).pathname.replace(/\/$/, '')
  if (issuerPath === '') return
  for (const [path] of metadataRoutes) {
    app.get(`${path}/:issuer{.+}`, open, etag(), async (c) => {
      if (new URL(c.req.url).pathname !== `${path}${issuerPath}`) throw new RouteNotFound()
      return c.json(await metadata(), 200, { 'Cache-Control': cacheable })
    })
  }
}

/** Where the metadata is, with what the OpenAPI document says of each place. */
const metadataRoutes = [
  ['/.well-known/oauth-authorization-server', 'Get the issuer metadata (RFC 8414)', ''],
  [
    '/.well-known/openid-configuration',
    'Get the issuer metadata, where OpenID Connect looks for it',
    'For verifiers that find an issuer’s keys through OpenID Connect Discovery. This server is not an OpenID provider: there is no authorization endpoint, and no ID token.',
  ],
] as const
