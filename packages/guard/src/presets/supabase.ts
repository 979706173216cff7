import type { Names } from '../option-names.ts'
import type { IssuerOptions } from '../options.ts'
import { names } from '../policy/caller.ts'
import { readOptions } from '../read-options.ts'
import { idToken, looksLikeIdToken, member, text } from './read.ts'

export interface SupabaseOptions {
  /** The project's URL. */
  url: string
  audience?: string | readonly string[]
}

const optionNames: Names<SupabaseOptions> = { url: true, audience: true }

/**
 * Options for the access tokens of a Supabase project with asymmetric signing keys. The audience is `authenticated`;
 * roles are `app_metadata.roles` (which only your server can write, unlike `user_metadata`) and Supabase's own `role`.
 *
 * ```ts
 * createGuard(supabase({ url: 'https://abcdefgh.supabase.co' }))
 * ```
 *
 * @throws ConfigurationError for an unknown option
 */
export function supabase(options: SupabaseOptions): IssuerOptions {
  const { url, audience = 'authenticated' } = readOptions('supabase', options, optionNames)
  const issuer = `${url.replace(/\/+$/, '')}/auth/v1`
  return {
    issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    audience,
    typ: 'JWT',
    claims: {
      username: (claims) => text(claims['email']),
      roles: (claims) => {
        const own = text(claims['role'])
        return [...names(member(claims['app_metadata'], 'roles')), ...(own === undefined ? [] : [own])]
      },
      permissions: (claims) => names(member(claims['app_metadata'], 'permissions')),
      reject: (claims) => {
        if (claims['is_anonymous'] === true) return 'Anonymous sign-ins are not accepted.'
        // what every access token of a session has, and the project's own keys (anon, service_role) have not
        // https://supabase.com/docs/guides/auth/jwt-fields
        const inSession = ['role', 'aal', 'session_id'].every((name) => text(claims[name]) !== undefined)
        return inSession && !looksLikeIdToken(claims) ? undefined : idToken
      },
    },
  }
}
