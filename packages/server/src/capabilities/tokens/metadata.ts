import type { Config, SigningAlgorithm } from '../../config.ts'

/**
 * The issuer's metadata, as RFC 8414 and OpenID Connect Discovery 1.0 lay it out. It names only what there is: no
 * authorization or token endpoint, because people sign in with this server's own routes, and so no response or grant
 * types. Verifiers that start from OpenID Connect need two members more: what a `sub` is like, and what tokens are
 * signed with (`algorithms`), which some would otherwise take to be RS256.
 */
export function issuerMetadata(
  config: Config,
  algorithms: readonly SigningAlgorithm[],
): Record<string, unknown> {
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
    gatehouse_sign_up: config.signUp,
  }
}
