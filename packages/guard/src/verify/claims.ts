import { TokenError } from '../errors.ts'
import type { JsonObject } from './json.ts'

/** The issuer and audience that a token must name. */
export interface Expectations {
  readonly issuer: string | undefined
  /** `aud` must contain one of these; empty if tokens have no audience. */
  readonly audience: readonly string[]
}

/** The limits for times, in seconds. */
export interface TimeSettings {
  /** The accepted clock skew. */
  readonly tolerance: number
  /** The longest from `iat` to `exp`. */
  readonly maxLifetime: number
}

/** The times of a token, in seconds since the epoch (RFC 7519, section 4.1). */
export interface TokenTimes {
  readonly exp: number
  readonly nbf: number | undefined
  readonly iat: number | undefined
}

/**
 * Checks issuer and audience, and the types of the claims that identify the caller.
 *
 * @throws TokenError `token_claims`, `token_issuer`, `token_audience`
 */
export function checkClaims(claims: JsonObject, expected: Expectations): TokenTimes {
  const { iss, aud, exp, nbf, iat } = claims
  if (expected.issuer !== undefined && iss !== expected.issuer) throw new TokenError('token_issuer')
  checkAudience(aud, expected.audience)
  if (!isTime(exp)) throw new TokenError('token_claims', 'The token does not say when it expires.')
  if (nbf !== undefined && !isTime(nbf)) throw new TokenError('token_claims')
  if (iat !== undefined && !isTime(iat)) throw new TokenError('token_claims')
  // RFC 9068, section 2.2 requires a subject
  if (typeof claims['sub'] !== 'string' || claims['sub'] === '') {
    throw new TokenError('token_claims', 'The token does not say whose it is.')
  }
  if (
    !isOptionalString(claims['jti']) ||
    !isOptionalString(claims['sid']) ||
    !isOptionalString(claims['acr'])
  ) {
    throw new TokenError('token_claims')
  }
  if (claims['auth_time'] !== undefined && !isTime(claims['auth_time'])) throw new TokenError('token_claims')
  return { exp, nbf, iat }
}

function checkAudience(aud: unknown, accepted: readonly string[]): void {
  // RFC 7519, section 4.1.3: if `aud` is present and names none of our audiences, the token must be rejected
  if (accepted.length === 0 && aud === undefined) return
  if (typeof aud === 'string') {
    if (accepted.includes(aud)) return
  } else if (Array.isArray(aud)) {
    if (!aud.every((name) => typeof name === 'string')) throw new TokenError('token_claims')
    if (aud.some((name) => accepted.includes(name))) return
  }
  throw new TokenError('token_audience')
}

/**
 * Rejects a token that has expired or is not valid yet. Called on every use, also for cached tokens.
 *
 * @throws TokenError `token_expired`, `token_not_yet_valid`
 */
export function checkTimes(times: TokenTimes, now: number, tolerance: number): void {
  if (now - tolerance >= times.exp) throw new TokenError('token_expired')
  if (times.nbf !== undefined && times.nbf - tolerance > now) throw new TokenError('token_not_yet_valid')
}

/**
 * Rejects a token with an unreasonable lifetime: an issuer wrote milliseconds instead of seconds, or the year 9999. The
 * remaining time only gets shorter, so one check is enough.
 *
 * @throws TokenError `token_lifetime`
 */
export function checkLifetime({ exp, iat }: TokenTimes, now: number, settings: TimeSettings): void {
  const { tolerance, maxLifetime } = settings
  // without `iat` the issuer's clock may be ahead of this one; with it, both times are from the same clock
  if (exp - (iat ?? now + tolerance) > maxLifetime) throw new TokenError('token_lifetime')
}

/** Whether a token was issued in the future, which means that a clock is wrong. */
export function isFromTheFuture(times: TokenTimes, now: number, tolerance: number): boolean {
  return times.iat !== undefined && times.iat - tolerance > now
}

// zero is a valid time in the past; JSON yields Infinity only from numbers such as 1e999
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
