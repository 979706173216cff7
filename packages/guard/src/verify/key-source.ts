import { TokenError, UnavailableError } from '../errors.ts'
import type { LoadKeys } from './discovery.ts'
import type { VerificationKey } from './key.ts'
import { importKeySet, KeySet } from './key-set.ts'
import type { Algorithm, MaybePromise } from './types.ts'

/** Where the key for a token comes from. */
export interface KeySource {
  /**
   * @throws TokenError `token_key_unknown`, `token_algorithm`; UnavailableError `keys_unavailable`; a returned promise
   *   rejects with the same
   */
  find(alg: Algorithm, kid: string | undefined): MaybePromise<VerificationKey>
  /** Called on every use of a token: starts a fetch when one is due, and drops keys that are too old. */
  freshen(): void
  /** Fetches the keys now; rejects with UnavailableError when that fails. */
  refresh(): Promise<void>
  /** Rejects a key from now on, whatever the key set says. */
  drop(kid: string): void
  close(): void
}

/** Called with keys that must no longer be used. */
export type OnRetired = (key: VerificationKey) => void

/** Keys that were configured and never change: `jwks`, `publicKey`, `secret`. */
export class FixedKeys implements KeySource {
  readonly #set: KeySet
  readonly #onRetired: OnRetired
  readonly #dropped = new Set<string>()

  constructor(keys: readonly VerificationKey[], onRetired: OnRetired) {
    this.#set = new KeySet(keys)
    this.#onRetired = onRetired
  }

  find(alg: Algorithm, kid: string | undefined): VerificationKey {
    if (kid !== undefined && this.#dropped.has(kid)) throw new TokenError('token_key_unknown')
    // a single key without a `kid` matches any `kid` of a token
    const [only, ...others] = this.#set.keys
    const named = only?.kid === undefined && others.length === 0 ? undefined : kid
    const key = this.#set.select(alg, named)
    if (key === undefined || key.retired) throw new TokenError('token_key_unknown')
    return key
  }

  freshen(): void {}

  refresh(): Promise<void> {
    return Promise.resolve()
  }

  drop(kid: string): void {
    this.#dropped.add(kid)
    for (const key of this.#set.keys) {
      if (key.kid !== kid) continue
      key.retired = true
      this.#onRetired(key)
    }
  }

  close(): void {}
}

/** Milliseconds between fetches caused by unknown `kid`s: a flood of made-up ones must not reach the issuer. */
const unknownKidInterval = 30_000
/** Milliseconds between attempts while there are no keys. */
const retryInterval = 1000
/** Milliseconds after which keys are refetched in the background, so that withdrawn keys are noticed. */
const freshFor = 300_000
/** Milliseconds for which keys stay usable while the issuer is unreachable. */
const usableFor = 24 * 3_600_000

export interface FetchedKeysOptions {
  readonly load: LoadKeys
  readonly algorithms: readonly Algorithm[] | undefined
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number
  readonly onRetired: OnRetired
  readonly onError: (error: unknown, what: string) => void
}

/** Keys that an issuer publishes: fetched when first needed, and kept while the issuer is down. */
export class FetchedKeys implements KeySource {
  readonly #options: FetchedKeysOptions
  readonly #cancel = new AbortController()
  readonly #droppedKids = new Set<string>()
  readonly #droppedMaterial = new Set<string>()
  #set: KeySet | undefined
  #fetching: Promise<void> | undefined
  #refreshing: Promise<void> | undefined
  #failure: unknown
  #fetchedAt = Number.NEGATIVE_INFINITY
  #attemptedAt = Number.NEGATIVE_INFINITY
  #askedForUnknownAt = Number.NEGATIVE_INFINITY

  constructor(options: FetchedKeysOptions) {
    this.#options = options
  }

  find(alg: Algorithm, kid: string | undefined): MaybePromise<VerificationKey> {
    if (kid !== undefined && this.#droppedKids.has(kid)) throw new TokenError('token_key_unknown')
    const key = this.#set?.select(alg, kid)
    if (key !== undefined) return key
    if (this.#fetching !== undefined) return this.#fetching.then(() => this.find(alg, kid))
    if (!this.#mayFetch()) throw this.#notFound()
    this.#askedForUnknownAt = this.#options.monotonic()
    return this.#fetch().then(() => {
      const fetched = this.#set?.select(alg, kid)
      if (fetched === undefined) throw this.#notFound()
      return fetched
    })
  }

  #mayFetch(): boolean {
    const now = this.#options.monotonic()
    if (this.#cancel.signal.aborted) return false
    if (this.#set === undefined) return now - this.#attemptedAt >= retryInterval
    return now - this.#askedForUnknownAt >= unknownKidInterval
  }

  // while the issuer is unreachable, an unknown key may well exist, so this must not sign anybody out
  #notFound(): TokenError | UnavailableError {
    if (this.#set !== undefined && this.#failure === undefined) return new TokenError('token_key_unknown')
    return new UnavailableError('keys_unavailable', undefined, { cause: this.#failure, retryAfter: 5 })
  }

  freshen(): void {
    if (this.#set === undefined) return
    const now = this.#options.monotonic()
    const age = now - this.#fetchedAt
    if (age < freshFor) return
    if (age >= usableFor) this.#replace(undefined)
    else if (now - this.#attemptedAt >= unknownKidInterval && !this.#cancel.signal.aborted) void this.#fetch()
  }

  refresh(): Promise<void> {
    if (this.#fetching === undefined) return this.#fetch().then(() => this.#throwFailure())
    // the response in progress may predate the announcement: fetch once more afterwards, for all concurrent callers
    this.#refreshing ??= this.#fetching.then(async () => {
      this.#refreshing = undefined
      await this.#fetch()
      this.#throwFailure()
    })
    return this.#refreshing
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#notFound()
  }

  /** Fetches the key set, one at a time; never rejects. */
  #fetch(): Promise<void> {
    this.#attemptedAt = this.#options.monotonic()
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #load(): Promise<void> {
    const { load, algorithms, onError, monotonic } = this.#options
    try {
      const jwks = await load(this.#cancel.signal)
      const keys = importKeySet(jwks, algorithms, (error) =>
        onError(error, 'a key of the issuer is not used'),
      )
      this.#failure = undefined
      this.#fetchedAt = monotonic()
      this.#replace(new KeySet(keys.filter((key) => !this.#isDropped(key))))
    } catch (error) {
      this.#failure = error
      if (!this.#cancel.signal.aborted) onError(error, 'the keys of the issuer could not be fetched')
    }
  }

  #isDropped(key: VerificationKey): boolean {
    return (
      this.#droppedMaterial.has(key.material) || (key.kid !== undefined && this.#droppedKids.has(key.kid))
    )
  }

  /** Replaces the set; a key that is in both stays the same object. */
  #replace(next: KeySet | undefined): void {
    const before = this.#set?.keys ?? []
    const kept = next?.keys.map((key) => before.find((old) => isSame(old, key)) ?? key)
    this.#set = kept && new KeySet(kept)
    for (const key of before) if (kept === undefined || !kept.includes(key)) this.#retire(key)
  }

  #retire(key: VerificationKey): void {
    key.retired = true
    this.#options.onRetired(key)
  }

  drop(kid: string): void {
    this.#droppedKids.add(kid)
    const dropped = this.#set?.keys.filter((key) => key.kid === kid) ?? []
    for (const key of dropped) this.#droppedMaterial.add(key.material)
    if (this.#set !== undefined)
      this.#replace(new KeySet(this.#set.keys.filter((key) => !this.#isDropped(key))))
  }

  close(): void {
    this.#cancel.abort()
  }
}

function isSame(one: VerificationKey, other: VerificationKey): boolean {
  return (
    one.kid === other.kid &&
    one.material === other.material &&
    one.algorithms.size === other.algorithms.size &&
    [...one.algorithms].every((alg) => other.algorithms.has(alg))
  )
}
