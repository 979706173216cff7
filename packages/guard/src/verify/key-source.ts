import { TokenError } from '../errors.ts'
import type { VerificationKey } from './key.ts'
import { KeySet } from './key-set.ts'
import type { Algorithm, MaybePromise } from './types.ts'

/** Where the key for a token comes from. */
export interface KeySource {
  /**
   * @throws TokenError `token_key_unknown`, `token_algorithm`; UnavailableError `keys_unavailable`; a returned promise
   *   rejects with the same
   */
  find(alg: Algorithm, kid: string | undefined): MaybePromise<VerificationKey>
  /** Called on every use of a token: starts fetching when it is time, and lets go of keys that are too old. */
  freshen(): void
  /** Fetches the keys now; rejects with UnavailableError when that fails. */
  refresh(): Promise<void>
  /** Refuses a key from now on, whatever the key set says. */
  drop(kid: string): void
  close(): void
}

/** Hears of keys that must not be used any more. */
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
    // a single key without a name is meant whatever a token calls it
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
