import type { Issuer } from '../issuers.ts'
import type { VerifiedToken } from '../verify/types.ts'
import type { Auth, Caller, Identity } from './types.ts'

/** The caller of a verified token, worked out once and remembered as long as the token is. */
export interface KnownCaller extends Identity {
  readonly issuer: Issuer
  readonly kid: string | undefined
  /** For a source that asks the issuer about each token, while a stream is open. */
  readonly token: string
  /** Why a preset rejects the token. */
  readonly rejected: string | undefined
  /** The plan at which claims alone let this caller in last: at the same one they do so again. */
  passed: { readonly plan: object; readonly auth: Auth } | undefined
}

const none: readonly string[] = Object.freeze([])

/** Reads the caller from claims: by RFC 9068's names, or those of a preset. */
export function readIdentity({ claims, kid }: VerifiedToken, token: string, issuer: Issuer): KnownCaller {
  const mapping = issuer.claims ?? {}
  const id = claims.sub ?? ''
  const username = mapping.username === undefined ? claims.username : mapping.username(claims)
  const user: Caller = Object.freeze({
    id,
    username: typeof username === 'string' && username !== '' ? username : id,
    roles: names(mapping.roles === undefined ? claims.roles : mapping.roles(claims)),
    permissions: names(
      mapping.permissions === undefined ? scopes(claims.scope) : mapping.permissions(claims),
    ),
  })
  const session = typeof claims.sid === 'string' ? claims.sid : undefined
  return { user, claims, session, issuer, kid, token, rejected: mapping.reject?.(claims), passed: undefined }
}

/** The values of a scope (RFC 6749, section 3.3), or of a list of them. */
export function scopes(scope: unknown): readonly string[] {
  if (typeof scope === 'string') return scope.split(' ').filter((each) => each !== '')
  return names(scope)
}

/** Reads a claim that should be a list of strings; any other value counts as an empty list. */
export function names(claim: unknown): readonly string[] {
  if (!Array.isArray(claim)) return none
  return Object.freeze(claim.filter((each): each is string => typeof each === 'string' && each !== ''))
}
