import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { etag } from 'hono/etag'
import { settingsOf } from '../../config/setting.ts'
import type { Config, SigningAlgorithm } from '../../config.ts'
import type { Context } from '../../context.ts'
import { RouteNotFound } from '../../platform/http/problems.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { keySetMaxAge, keySettings, publishedJwks } from '../keys/index.ts'

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
})

/** An answer may be cached for as long as a new key waits before it signs, and revalidated by its ETag (RFC 9110). */
const cacheable = `public, max-age=${keySetMaxAge}`

/**
 * The key set (RFC 7517), and the metadata that verifiers start from: one document, where RFC 8414 and where OpenID
 * Connect Discovery 1.0 look for it. Capabilities add their members.
 */
export function metadataRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
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
    const algorithms = new Set([
      settingsOf(ctx.config, keySettings).signingAlgorithm,
      ...keys.map(({ alg }) => alg),
    ])
    return { ...issuerMetadata(ctx.config, [...algorithms].sort()), ...ctx.instance.metadata }
  }
  const open = guard.open('public metadata')
  for (const [path, summary, description] of metadataPaths) {
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
  for (const [path] of metadataPaths) {
    app.get(`${path}/:issuer{.+}`, open, etag(), async (c) => {
      if (new URL(c.req.url).pathname !== `${path}${issuerPath}`) throw new RouteNotFound()
      return c.json(await metadata(), 200, { 'Cache-Control': cacheable })
    })
  }
}

/** The paths of the metadata, with summary and description. */
const metadataPaths = [
  ['/.well-known/oauth-authorization-server', 'Get the issuer metadata (RFC 8414)', ''],
  [
    '/.well-known/openid-configuration',
    'Get the issuer metadata, where OpenID Connect looks for it',
    'For verifiers that find an issuer’s keys through OpenID Connect Discovery. This server is not an OpenID provider: there is no authorization endpoint, and no ID token.',
  ],
] as const

/**
 * The issuer's metadata, as in RFC 8414 and OpenID Connect Discovery 1.0. It names only what there is: no
 * authorization or token endpoint, because people sign in with this server's own routes, and so no response or grant
 * types. OpenID Connect verifiers need two more members: the type of `sub`, and the algorithms that tokens are signed
 * with, which some would otherwise take to be RS256.
 */
function issuerMetadata(config: Config, algorithms: readonly SigningAlgorithm[]): Record<string, unknown> {
  const { issuer } = config
  const isSigned = config.tokenProfile === 'default'
  return {
    issuer,
    ...(isSigned ? { jwks_uri: `${issuer}/.well-known/jwks.json` } : {}),
    response_types_supported: [],
    grant_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: isSigned ? algorithms : ['HS256'],
    service_documentation: `${issuer}/docs`,
  }
}
