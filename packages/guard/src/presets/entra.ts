import type { Names } from '../option-names.ts'
import type { IssuerOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { readOptions } from '../read-options.ts'
import { idToken, looksLikeIdToken, text } from './read.ts'

export interface EntraOptions {
  /** The tenant's id. */
  tenant: string
  audience: string | readonly string[]
}

const optionNames: Names<EntraOptions> = { tenant: true, audience: true }

/**
 * Options for Microsoft Entra ID's access tokens (v2.0) of one tenant. Delegated permissions are `scp`, application
 * roles are `roles`; a token with neither says nothing that this API could have granted, and is refused.
 * The caller's id is `sub`, which is this API's own name for the person.
 *
 * ```ts
 * createGuard(entra({ tenant: '11111111-2222-3333-4444-555555555555', audience: '66666666-…' }))
 * ```
 *
 * @throws ConfigurationError for an unknown option
 */
export function entra(options: EntraOptions): IssuerOptions {
  const { tenant, audience } = readOptions('entra', options, optionNames)
  return {
    issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    audience,
    typ: ['JWT', 'at+jwt'],
    claims: {
      username: (claims) => text(claims['preferred_username']),
      roles: (claims) => names(claims['roles']),
      permissions: (claims) => scopes(claims['scp']),
      reject: (claims) => {
        if (claims['tid'] !== undefined && claims['tid'] !== tenant)
          return 'The token comes from another tenant.'
        if (claims['ver'] !== '2.0')
          return 'This is not a v2.0 token: set accessTokenAcceptedVersion to 2 in the manifest of the API.'
        if (looksLikeIdToken(claims)) return idToken
        // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
        // https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
        if (text(claims['scp']) !== undefined) return undefined
        // ID tokens have roles too, but no azp
        if (text(claims['azp']) === undefined) return idToken
        // any application of the tenant can get a token for this API; what it was granted there are roles
        return names(claims['roles']).length > 0 ? undefined : 'The application has no role in this API.'
      },
    },
  }
}
