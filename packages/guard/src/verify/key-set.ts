import { ConfigurationError, TokenError } from '../errors.ts'
import { importJwk, KeyError, type VerificationKey } from './key.ts'
import type { Algorithm, Jwks } from './types.ts'

/** The usable keys of a key set, found by identifier. */
export class KeySet {
  readonly keys: readonly VerificationKey[]
  readonly #byKid = new Map<string, VerificationKey[]>()

  constructor(keys: readonly VerificationKey[]) {
    this.keys = keys
    for (const key of keys) {
      if (key.kid === undefined) continue
      const same = this.#byKid.get(key.kid)
      if (same === undefined) this.#byKid.set(key.kid, [key])
      else same.push(key)
    }
  }

  /**
   * Finds the one key that a header names; undefined when no key has that name.
   *
   * @throws TokenError `token_algorithm` when the key is for another algorithm, `token_key_unknown` when the header
   *   matches several keys: trying one after the other would leave the choice to the attacker
   */
  select(alg: Algorithm, kid: string | undefined): VerificationKey | undefined {
    const named = kid === undefined ? this.keys : this.#byKid.get(kid)
    if (named === undefined || named.length === 0) return undefined
    const fitting = named.filter((key) => key.algorithms.has(alg))
    if (fitting.length === 0) throw new TokenError('token_algorithm')
    if (fitting.length > 1)
      throw new TokenError('token_key_unknown', 'The token fits several keys of its issuer.')
    return fitting[0]
  }
}

/**
 * Imports the keys of a fetched set. Keys for other purposes are ignored; so are keys that should not exist (weak, private,
 * symmetric), which are passed to `report`.
 */
export function importKeySet(
  jwks: Jwks,
  accepted: readonly Algorithm[] | undefined,
  report: (error: unknown) => void,
): VerificationKey[] {
  const keys: VerificationKey[] = []
  for (const jwk of jwks.keys) {
    try {
      keys.push(importJwk(jwk, accepted))
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
      if (error.fault === 'unsafe') report(error)
    }
  }
  return keys
}

/**
 * Imports the `jwks` option, in which an unsafe key is an error.
 *
 * @throws ConfigurationError
 */
export function importConfiguredKeySet(
  jwks: Jwks,
  accepted: readonly Algorithm[] | undefined,
): VerificationKey[] {
  if (!isJwks(jwks))
    throw new ConfigurationError('jwks is not a key set: an object with an array named "keys".')
  const keys = importKeySet(jwks, accepted, (error) => {
    throw new ConfigurationError(`jwks: ${error instanceof Error ? error.message : 'A key cannot be used.'}`)
  })
  if (keys.length === 0)
    throw new ConfigurationError('jwks has no key for any algorithm that is accepted here.')
  return keys
}

export function isJwks(value: unknown): value is Jwks {
  return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
}
