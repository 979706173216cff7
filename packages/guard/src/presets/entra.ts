import type { GuardOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { idToken, text } from './read.ts'

/**
 * Options for Microsoft Entra ID's access tokens (v2.0) of one tenant. Delegated permissions are `scp`, application
 * roles are `roles`; a token with neither says nothing that this API could have granted, which is what ID tokens are.
 * The caller's id is `sub`, which is this API's own name for the person.
 *
 * ```ts
 * createGuard(entra({ tenant: '11111111-2222-3333-4444-555555555555', audience: '66666666-…' }))
 * ```
 */
export function entra(options: { tenant: string; audience: string | readonly string[] }): GuardOptions {
  const { tenant, audience } = options
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
        const granted =
          text(claims['scp']) !== undefined || claims['idtyp'] === 'app' || claims['azp'] !== undefined
        return granted && claims['nonce'] === undefined ? undefined : idToken
      },
    },
  }
}
