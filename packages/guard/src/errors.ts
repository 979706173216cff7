/**
 * Every code that this package's errors carry. Codes are stable: programs may compare them, and docs/errors.md
 * lists each one.
 */
export const guardErrorCodes = {
  // why a token is rejected (TokenError)
  token_malformed: 'The token is not a well-formed JWT.',
  token_too_large: 'The token is larger than a token may be.',
  token_algorithm: 'The token is signed with an algorithm that is not allowed here.',
  token_type: 'The token is not an access token for this API.',
  token_header: 'The token header requires something that is not supported.',
  token_key_unknown: 'The token names a key that its issuer does not publish.',
  token_signature: 'The signature of the token does not match.',
  token_issuer: 'The token comes from another issuer.',
  token_audience: 'The token is for another audience.',
  token_expired: 'The token has expired.',
  token_lifetime: 'The token is valid for longer than this API accepts.',
  token_not_yet_valid: 'The token is not valid yet.',
  token_claims: 'A claim of the token is missing or malformed.',
  token_revoked: 'The token has been revoked.',
  // what is unavailable right now (UnavailableError)
  keys_unavailable: 'The keys of the issuer cannot be fetched right now.',
  revocation_stale: 'The list of revoked tokens is too old to trust.',
  authority_unavailable: 'The permissions of the caller cannot be looked up right now.',
  // mistakes in the guard's setup (ConfigurationError and its subclasses)
  configuration: 'The guard is not configured correctly.',
  undeclared_routes: 'Some routes have no rule.',
  no_current_user:
    'There is no signed-in user: currentUser() works within a request, behind guard(…), and not behind guard.open(…).',
} as const

export type GuardErrorCode = keyof typeof guardErrorCodes
export type TokenErrorCode = Extract<GuardErrorCode, `token_${string}`>
export type UnavailableErrorCode = 'keys_unavailable' | 'revocation_stale' | 'authority_unavailable'

/** The base of every error that this package throws; `code` is stable, `message` is for people. */
export class GuardError extends Error {
  readonly code: GuardErrorCode

  constructor(code: GuardErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? guardErrorCodes[code], options)
    this.name = new.target.name
    this.code = code
  }
}

/** A rejected token. The message never contains any part of the token. */
export class TokenError extends GuardError {
  declare readonly code: TokenErrorCode

  // here for its types: it narrows the codes that a TokenError can carry
  constructor(code: TokenErrorCode, detail?: string, options?: ErrorOptions) {
    super(code, detail, options)
  }
}

/** Something outside the caller's control is missing right now; trying again later can succeed (503). */
export class UnavailableError extends GuardError {
  declare readonly code: UnavailableErrorCode
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number

  constructor(code: UnavailableErrorCode, detail?: string, options?: ErrorOptions & { retryAfter?: number }) {
    super(code, detail, options)
    this.retryAfter = options?.retryAfter ?? 1
  }
}

/** A mistake in how the guard is set up, found when the application starts. */
export class ConfigurationError extends GuardError {
  constructor(detail: string, options?: ErrorOptions) {
    super('configuration', detail, options)
  }
}
