import type { GuardOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { idToken, member, text } from './read.ts'

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
      // Bearer, ID, Refresh, Offline, Logout, DPoP: the claim says it whatever the header does. A nonce is no proof of an
      // ID token here, old versions copied it into access tokens.
      // https://www.keycloak.org/docs/latest/server_admin/#_oidc-auth-flows
      reject: (claims) => (claims['typ'] === 'Bearer' ? undefined : idToken),
    },
  }
}
