import type { JsonWebKey as NodeJsonWebKey } from 'node:crypto'

/** A value, or a promise of it: paths that need no waiting stay synchronous, which keeps a guarded route cheap. */
export type MaybePromise<T> = T | Promise<T>

/** The signature algorithms that a guard can accept (RFC 7518, RFC 8037). */
export type Algorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'HS256'
  | 'HS384'
  | 'HS512'

/** A JSON Web Key (RFC 7517). */
export interface Jwk extends NodeJsonWebKey {
  kid?: string
  alg?: string
  use?: string
  key_ops?: string[]
}

/** A JSON Web Key Set (RFC 7517, section 5). */
export interface Jwks {
  keys: Jwk[]
}

/** The claims of a verified token; deep-frozen. Times are seconds since the epoch. */
export interface Claims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly sid?: string
  readonly scope?: string
  readonly username?: string
  readonly roles?: readonly string[]
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly [name: string]: unknown
}

/** The result of verification: signature, type, issuer, audience and times are valid. */
export interface VerifiedToken {
  readonly claims: Claims
  readonly algorithm: Algorithm
  /** The identifier of the key that verified the signature, if it has one. */
  readonly kid: string | undefined
}

/** Checks a token strictly (RFC 8725). */
export interface Verifier {
  /**
   * Returns the verified token, synchronously unless a key must be fetched or a signature is verified on another thread.
   *
   * @throws TokenError (`token_…`) when the token is not accepted, UnavailableError (`keys_unavailable`) when no key
   *   is available; the returned promise rejects with the same errors
   */
  verify(token: string): MaybePromise<VerifiedToken>
  /**
   * Returns the token if its signature has been verified before; undefined if it has yet to be.
   *
   * @throws TokenError when it has expired
   */
  recall(token: string): VerifiedToken | undefined
  /** Evicts every cached token of a key (it was revoked), and rejects the key from now on. */
  dropKey(kid: string): void
  /** Fetches the key set now, outside the budget for unknown kids (the feed announced a new key). */
  refreshKeys(): Promise<void>
  /** Cancels timers and requests in flight. */
  close(): void
}
