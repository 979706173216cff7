import type { Config } from '../../config.ts'

/**
 * What the issuer tells of itself (RFC 8414). There is no authorization endpoint: people sign in by this server's own
 * routes, so the lists of what one would support are empty.
 */
export function issuerMetadata(config: Config): Record<string, unknown> {
  const { issuer } = config
  return {
    issuer,
    ...(config.tokenProfile === 'default' ? { jwks_uri: `${issuer}/.well-known/jwks.json` } : {}),
    response_types_supported: [],
    grant_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    service_documentation: `${issuer}/docs`,
  }
}
