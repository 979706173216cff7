import { TokenError } from '../errors.ts'
import { checkClaims, checkLifetime, checkTimes, isFromTheFuture, type TokenTimes } from './claims.ts'
import { decodeBase64url, readHeader, splitCompact, type TokenHeader } from './compact.ts'
import { deepFreeze, type JsonObject, parseJsonObject } from './json.ts'
import type { VerificationKey } from './key.ts'
import type { KeySource } from './key-source.ts'
import { Memory } from './memory.ts'
import { readSettings, type VerifierOptions, type VerifierSettings } from './settings.ts'
import { SignatureChecker } from './signature.ts'
import { keySource } from './sources.ts'
import type { Claims, MaybePromise, VerifiedToken, Verifier } from './types.ts'

export type { VerifierOptions } from './settings.ts'

/**
 * Makes a verifier of a guard's options (RFC 7515, RFC 7519, RFC 8725, RFC 9068). Keys are fetched when the first
 * token needs them, so an API may start before its issuer.
 *
 * ```ts
 * const verifier = createVerifier({ issuer: 'https://id.example.com', audience: 'lounge' })
 * const { claims } = await verifier.verify(token)
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen without fetching anything
 */
export function createVerifier(options: VerifierOptions, parts: VerifierParts = {}): Verifier {
  return new TokenVerifier(options, parts.monotonic ?? (() => performance.now()))
}

/** Replacements for tests. */
export interface VerifierParts {
  /** Milliseconds of a clock that only goes forward. */
  monotonic?: () => number
}

/** The most parsed headers to cache: an issuer writes the same one into every token of a key. */
const maxKnownHeaders = 64
/** Milliseconds between two reports of clock skew. */
const skewInterval = 60_000

class TokenVerifier implements Verifier {
  readonly #settings: VerifierSettings
  readonly #keys: KeySource
  readonly #memory: Memory
  readonly #checker: SignatureChecker
  readonly #monotonic: () => number
  readonly #knownHeaders = new Map<string, TokenHeader>()
  #skewReportedAt = Number.NEGATIVE_INFINITY

  constructor(options: VerifierOptions, monotonic: () => number) {
    this.#settings = readSettings(options)
    this.#monotonic = monotonic
    this.#memory = new Memory(this.#settings.cacheBytes)
    this.#checker = new SignatureChecker(monotonic)
    this.#keys = keySource(options, this.#settings, monotonic, (key) => this.#memory.forgetKey(key))
  }

  verify(token: string): MaybePromise<VerifiedToken> {
    return this.recall(token) ?? this.#verifyNew(token)
  }

  recall(token: string): VerifiedToken | undefined {
    this.#keys.freshen()
    const remembered = typeof token === 'string' ? this.#memory.get(token) : undefined
    if (remembered === undefined) return undefined
    this.#checkAge(remembered.times)
    return remembered.verified
  }

  /** Checks everything that is cheap before the signature, which is expensive. */
  #verifyNew(token: string): MaybePromise<VerifiedToken> {
    const { settings, compact, header } = this.#open(token)
    const payload = decodeBase64url(compact.payload)
    const claims = payload && parseJsonObject(payload)
    if (claims === undefined) throw new TokenError('token_malformed')
    const times = checkClaims(claims, settings.expected)
    const now = settings.now()
    checkTimes(times, now, settings.tolerance)
    checkLifetime(times, now, settings)

    const candidate: Candidate = { token, header, headerSegment: compact.header, claims, times }
    const check = (key: VerificationKey): MaybePromise<VerifiedToken> => {
      const matches = this.#checker.check(key, header.alg, compact.signingInput, compact.signature)
      if (typeof matches === 'boolean') return this.#conclude(candidate, key, matches)
      return matches.then((result) => this.#conclude(candidate, key, result))
    }
    const key = this.#keys.find(header.alg, header.kid)
    return key instanceof Promise ? key.then(check) : check(key)
  }

  #open(token: string): {
    settings: VerifierSettings
    compact: ReturnType<typeof splitCompact>
    header: TokenHeader
  } {
    const settings = this.#settings
    const compact = splitCompact(token)
    const header = this.#knownHeaders.get(compact.header) ?? readHeader(compact.header)
    if (!settings.acceptable.has(header.alg)) throw new TokenError('token_algorithm')
    if (settings.types !== undefined && !settings.types.includes(header.typ ?? ''))
      throw new TokenError('token_type')
    return { settings, compact, header }
  }

  #conclude(candidate: Candidate, key: VerificationKey, matches: boolean): VerifiedToken {
    if (!matches) throw new TokenError('token_signature')
    // the key may have been withdrawn during the verification
    if (key.retired) throw new TokenError('token_key_unknown')
    this.#checkAge(candidate.times)
    const { token, header, claims, times } = candidate
    const verified: VerifiedToken = Object.freeze({
      claims: deepFreeze(claims) as Claims,
      algorithm: header.alg,
      // the `kid` is signed, too, so it is reliable even if the configured key has none
      kid: key.kid ?? header.kid,
    })
    this.#memory.set({ token, verified, times, key })
    if (this.#knownHeaders.size >= maxKnownHeaders) this.#knownHeaders.clear()
    this.#knownHeaders.set(candidate.headerSegment, header)
    return verified
  }

  /** Checks the times, on every use of a token. */
  #checkAge(times: TokenTimes): void {
    const { now, tolerance } = this.#settings
    const time = now()
    checkTimes(times, time, tolerance)
    if (!isFromTheFuture(times, time, tolerance)) return
    // reported only for tokens whose signature matches, or strangers could fill the log
    const error = new TokenError('token_not_yet_valid', 'The token was issued later than now.')
    this.#reportSkew((times.iat ?? time) - time)
    throw error
  }

  #reportSkew(seconds: number): void {
    const now = this.#monotonic()
    if (now - this.#skewReportedAt < skewInterval) return
    this.#skewReportedAt = now
    const { tolerance, onError } = this.#settings
    const detail = `This machine's clock is at least ${Math.round(seconds)} seconds behind the issuer's, and clockTolerance is ${tolerance}.`
    onError(new TokenError('token_not_yet_valid', detail), 'clock skew')
  }

  dropKey(kid: string): void {
    this.#keys.drop(kid)
    this.#memory.forgetKid(kid)
  }

  refreshKeys(): Promise<void> {
    return this.#keys.refresh()
  }

  close(): void {
    this.#keys.close()
  }
}

/** A token that is being verified. */
interface Candidate {
  readonly token: string
  readonly header: TokenHeader
  readonly headerSegment: string
  readonly claims: JsonObject
  readonly times: TokenTimes
}
