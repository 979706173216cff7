import type { TokenTimes } from './claims.ts'
import type { VerificationKey } from './key.ts'
import type { VerifiedToken } from './types.ts'

/** A token whose signature was found to match, and when it is good. */
export interface Remembered {
  readonly token: string
  readonly verified: VerifiedToken
  readonly times: TokenTimes
  readonly key: VerificationKey
}

/** Characters at a token's end by which it is looked up: they belong to the signature, so they are as good as random. */
const tailLength = 8

/**
 * Remembers tokens whose signature matched, within a bound of bytes. Only that: times and revocation have to be looked
 * at on every use, and a token that failed is never here.
 *
 * Tokens are found by a number made of their tail, which is cheaper than hashing a string, and then compared whole: a
 * forged token with the tail of a good one finds it and differs, and of two good ones that share a number the later is
 * remembered. Two generations stand in for an order of use: when the young one is
 * full it becomes the old one, and what is asked for in the old one becomes young again.
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
    // a slice would keep the whole header field alive that it was cut from
    const token = Buffer.from(remembered.token, 'latin1').toString('latin1')
    this.#add(tailOf(token), { ...remembered, token })
  }

  /** Forgets every token that was checked with a key. */
  forgetKey(key: VerificationKey): void {
    this.#forgetWhere((remembered) => remembered.key === key)
  }

  /** Forgets every token that names a key. */
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
 * Bytes that remembering a token takes, from above: the token itself, a slot in the map, the objects around it, and
 * its claims, of which a parsed string or number takes up to three times its length in the token.
 */
function bytesOf({ token }: Remembered): number {
  return 700 + token.length * 3
}
