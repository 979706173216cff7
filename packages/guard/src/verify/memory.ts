import type { TokenTimes } from './claims.ts'
import type { VerificationKey } from './key.ts'
import type { VerifiedToken } from './types.ts'

/** A token with a verified signature, and its times. */
export interface Remembered {
  readonly token: string
  readonly verified: VerifiedToken
  readonly times: TokenTimes
  readonly key: VerificationKey
}

/** The length of the ending by which a token is looked up: it is part of the signature, so it is as good as random. */
const tailLength = 8

/**
 * Caches tokens with a verified signature, within a limit of bytes. Only that: times and revocation are checked on every
 * use, and a token that failed is never cached.
 *
 * Tokens are looked up by a number made of their ending, which is cheaper than hashing a string, and then compared in
 * full: a forged token with the ending of a good one differs, and of two good ones with the same number the later stays.
 * Two generations approximate an LRU order: a full young generation becomes the old one, and what is looked up in the old
 * one becomes young again.
 */
export class Memory {
  readonly #generationBytes: number
  #young = new Map<number, Remembered>()
  #old = new Map<number, Remembered>()
  #youngBytes = 0

  constructor(maxBytes: number) {
    this.#generationBytes = maxBytes / 2
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(token: string): Remembered | undefined {
    const tail = tailOf(token)
    const young = this.#young.get(tail)
    if (young !== undefined && young.token === token) return young
    const old = this.#old.get(tail)
    if (old === undefined || old.token !== token) return undefined
    this.#old.delete(tail)
    this.#add(tail, old)
    return old
  }

  set(remembered: Remembered): void {
    // a slice would keep the whole header field alive
    const token = Buffer.from(remembered.token, 'latin1').toString('latin1')
    this.#add(tailOf(token), { ...remembered, token })
  }

  /** Evicts every token that was verified with a key. */
  forgetKey(key: VerificationKey): void {
    this.#forgetWhere((remembered) => remembered.key === key)
  }

  /** Evicts every token that names a key. */
  forgetKid(kid: string): void {
    this.#forgetWhere((remembered) => remembered.verified.kid === kid)
  }

  #forgetWhere(condition: (remembered: Remembered) => boolean): void {
    for (const generation of [this.#young, this.#old]) {
      for (const [tail, remembered] of generation) if (condition(remembered)) generation.delete(tail)
    }
  }

  #add(tail: number, remembered: Remembered): void {
    const bytes = bytesOf(remembered)
    if (bytes > this.#generationBytes) return
    if (this.#youngBytes + bytes > this.#generationBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngBytes = 0
    }
    this.#youngBytes += bytes
    this.#young.set(tail, remembered)
  }
}

function tailOf(token: string): number {
  let tail = 0
  for (let at = token.length - tailLength; at < token.length; at++) {
    tail = (Math.imul(tail, 31) + token.charCodeAt(at)) | 0
  }
  return tail
}

/**
 * An upper bound for the bytes of a cached token: the token itself, a slot in the map, the objects around it, and its
 * claims, of which a parsed string or number takes up to three times its length in the token.
 */
function bytesOf({ token }: Remembered): number {
  return 700 + token.length * 3
}
