import type { Names } from '../option-names.ts'
import type { IssuerOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { readOptions } from '../read-options.ts'
import { idToken, looksLikeIdToken, text } from './read.ts'

export interface BetterAuthOptions {
  /** Its base URL. */
  url: string
  basePath?: string
  issuer?: string
  audience?: string | readonly string[]
}

const optionNames: Names<BetterAuthOptions> = { url: true, basePath: true, issuer: true, audience: true }

/**
 * Options for the tokens of better-auth's JWT plugin. Issuer and audience are its base URL unless its options say
 * otherwise; its roles are in `role`, names with commas between them (the admin plugin).
 *
 * ```ts
 * createGuard(betterAuth({ url: 'https://app.example.com' }))
 * ```
 *
 * @throws ConfigurationError for an unknown option
 */
export function betterAuth(options: BetterAuthOptions): IssuerOptions {
  const {
    url,
    basePath = '/api/auth',
    issuer = url,
    audience = url,
  } = readOptions('betterAuth', options, optionNames)
  return {
    issuer,
    audience,
    jwksUri: `${url.replace(/\/+$/, '')}${basePath}/jwks`,
    // its header has no type at all; what else it signs is told apart below
    typ: null,
    claims: {
      username: (claims) => text(claims.username) ?? text(claims['name']),
      roles: (claims) =>
        typeof claims['role'] === 'string'
          ? claims['role']
              .split(',')
              .map((each) => each.trim())
              .filter(Boolean)
          : names(claims['role']),
      permissions: ({ scope }) => scopes(scope),
      reject: (claims) => {
        // the JWT plugin signs the user's fields, the provider plugin a scope; the way somebody signed in is for clients
        // https://better-auth.com/docs/plugins/jwt and https://better-auth.com/docs/plugins/oauth-provider
        const toClient =
          claims.scope === undefined && (claims.auth_time !== undefined || claims.acr !== undefined)
        return toClient || looksLikeIdToken(claims) ? idToken : undefined
      },
    },
  }
}
