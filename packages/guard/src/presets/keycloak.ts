import type { Names } from '../option-names.ts'
import type { IssuerOptions } from '../options.ts'
import { names, scopes } from '../policy/caller.ts'
import { readOptions } from '../read-options.ts'
import { idToken, member, text } from './read.ts'

export interface KeycloakOptions {
  /** The realm's URL. */
  issuer: string
  audience: string | readonly string[]
  /** The client whose roles count beside the realm's. */
  client?: string
}

const optionNames: Names<KeycloakOptions> = { issuer: true, audience: true, client: true }

/**
 * Options for the access tokens of a Keycloak realm. Roles are the realm's and, with `client`, that client's; the
 * token's `typ` claim tells access tokens (`Bearer`) from ID tokens (`ID`), because its header says `JWT` for both.
 *
 * ```ts
 * createGuard(keycloak({ issuer: 'https://id.example.com/realms/shop', audience: 'orders', client: 'orders' }))
 * ```
 *
 * @throws ConfigurationError for an unknown option
 */
export function keycloak(options: KeycloakOptions): IssuerOptions {
  const { issuer, audience, client } = readOptions('keycloak', options, optionNames)
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
