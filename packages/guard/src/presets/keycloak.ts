import type { GuardOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { idToken, looksLikeIdToken, member, text } from './read.ts'

/**
 * Options for the access tokens of a Keycloak realm. Roles are the realm's and, with `client`, that client's; the
 * token's `typ` claim tells access tokens (`Bearer`) from ID tokens (`ID`), because its header says `JWT` for both.
 *
 * ```ts
 * createGuard(keycloak({ issuer: 'https://id.example.com/realms/shop', audience: 'orders', client: 'orders' }))
 * ```
 */
export function keycloak(options: {
  issuer: string
  audience: string | readonly string[]
  client?: string
}): GuardOptions {
  const { issuer, audience, client } = options
  return {
    issuer,
    audience,
    typ: ['JWT', 'at+jwt'],
    claims: {
      username: (claims) => text(claims['preferred_username']),
      roles: (claims) => [
        ...names(member(claims['realm_access'], 'roles')),
        ...(client === undefined ? [] : names(member(member(claims['resource_access'], client), 'roles'))),
      ],
      permissions: ({ scope }) => scopes(scope),
      reject: (claims) => {
        if (claims['typ'] === 'Bearer') return undefined
        // Keycloak's at+jwt tokens need not repeat their type; a nonce alone is no proof, old versions copied it
        return claims['typ'] === undefined && !looksLikeIdToken(claims) ? undefined : idToken
      },
    },
  }
}
