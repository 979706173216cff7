import type { Names } from '../option-names.ts'
import type { IssuerOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { readOptions } from '../read-options.ts'
import { idToken, looksLikeIdToken, text } from './read.ts'

export interface Auth0Options {
  /** The tenant's domain: `shop.eu.auth0.com`. */
  domain: string
  audience: string | readonly string[]
  /** The custom claim that holds roles. */
  rolesClaim?: string
  /** The custom claim that holds the username. */
  usernameClaim?: string
}

const optionNames: Names<Auth0Options> = {
  domain: true,
  audience: true,
  rolesClaim: true,
  usernameClaim: true,
}

/**
 * Options for the access tokens of an Auth0 tenant, in both of its token profiles (`JWT`, and RFC 9068's `at+jwt`).
 * Permissions are `permissions` (RBAC) and `scope`; roles come from the custom claim that an Action of yours adds.
 *
 * ```ts
 * createGuard(auth0({ domain: 'shop.eu.auth0.com', audience: 'https://orders.example.com', rolesClaim: 'https://example.com/roles' }))
 * ```
 *
 * @throws ConfigurationError for an unknown option
 */
export function auth0(options: Auth0Options): IssuerOptions {
  const { domain, audience, rolesClaim, usernameClaim } = readOptions('auth0', options, optionNames)
  return {
    // with the slash: it is part of the identifier
    issuer: `https://${domain}/`,
    audience,
    typ: ['JWT', 'at+jwt'],
    claims: {
      username: (claims) => (usernameClaim === undefined ? undefined : text(claims[usernameClaim])),
      roles: (claims) => (rolesClaim === undefined ? [] : names(claims[rolesClaim])),
      permissions: (claims) => [...new Set([...names(claims['permissions']), ...scopes(claims.scope)])],
      reject: (claims) => {
        // an access token names the client that asked for it, by profile as azp or client_id; an ID token has it in aud
        // https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
        // https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure
        const named = text(claims['azp']) ?? text(claims['client_id'])
        return named === undefined || looksLikeIdToken(claims) ? idToken : undefined
      },
    },
  }
}
