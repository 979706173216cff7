import { isSymmetric } from './algorithms.ts'
import type { VerificationKey } from './key.ts'
import { checkSignature, checkSignatureElsewhere } from './signature.ts'
import type { Algorithm, MaybePromise } from './types.ts'

/** Milliseconds for which a signature that did not match keeps later ones off this thread. */
const suspicion = 1000
/** Checks that may wait in libuv's pool; more are done here, which slows down whoever sends them. */
const maxElsewhere = 1024

/**
 * Decides where a signature is checked. On this thread while signatures match: nothing is faster. After one that did
 * not, in libuv's pool for a while: a flood of forged tokens then costs honest callers, whose tokens are remembered,
 * next to nothing, and honest new tokens a few microseconds.
 */
export class SignatureChecker {
  readonly #monotonic: () => number
  #suspiciousUntil = 0
  #elsewhere = 0

  /** @param monotonic milliseconds of a clock that only goes forward */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  check(
    key: VerificationKey,
    algorithm: Algorithm,
    signingInput: string,
    signature: string,
  ): MaybePromise<boolean> {
    if (isSymmetric(algorithm)) return checkSignature(key, algorithm, signingInput, signature)
    if (this.#monotonic() < this.#suspiciousUntil && this.#elsewhere < maxElsewhere) {
      return this.#checkElsewhere(key, algorithm, signingInput, signature)
    }
    return this.#learn(checkSignature(key, algorithm, signingInput, signature))
  }

  async #checkElsewhere(
    key: VerificationKey,
    algorithm: Algorithm,
    signingInput: string,
    signature: string,
  ): Promise<boolean> {
    this.#elsewhere++
    try {
      return this.#learn(await checkSignatureElsewhere(key, algorithm, signingInput, signature))
    } finally {
      this.#elsewhere--
    }
  }

  #learn(matches: boolean): boolean {
    if (!matches) this.#suspiciousUntil = this.#monotonic() + suspicion
    return matches
  }
}
