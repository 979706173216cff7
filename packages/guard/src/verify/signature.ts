import {
  createHmac,
  createVerify,
  type KeyObject,
  timingSafeEqual,
  type VerifyKeyObjectInput,
  verify,
} from 'node:crypto'
import { TokenError } from '../errors.ts'
import { algorithmParameters, isSymmetric } from './algorithms.ts'
import { decodeBase64url } from './compact.ts'
import type { VerificationKey } from './key.ts'
import type { Algorithm, MaybePromise } from './types.ts'

/** Milliseconds for which verification moves off this thread after an invalid signature. */
const suspicion = 1000
/** The most verifications waiting in libuv's pool; more run on this thread, which slows down their sender. */
const maxElsewhere = 1024

/**
 * Decides where to verify a signature: on this thread while signatures are valid, since nothing is faster, and in libuv's
 * pool for a while after an invalid one. A flood of forged tokens then costs honest callers, whose tokens are cached, next
 * to nothing, and honest new tokens a few microseconds.
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

/**
 * Verifies a signature synchronously (RFC 7515, section 5.2).
 *
 * @param signature as the token has it, in base64url
 * @throws TokenError `token_malformed` when it is not base64url
 */
export function checkSignature(
  key: VerificationKey,
  algorithm: Algorithm,
  signingInput: string,
  signature: string,
): boolean {
  const { kty, hash } = algorithmParameters[algorithm]
  if (kty === 'oct') return checkMac(key, algorithm, signingInput, signature)
  const bytes = readSignature(algorithm, signature)
  if (bytes === undefined) return false
  if (hash === null) return verify(null, Buffer.from(signingInput, 'latin1'), key.object, bytes)
  return createVerify(hash).update(signingInput, 'latin1').verify(keyFor(key, algorithm), bytes)
}

/**
 * Verifies an asymmetric signature in libuv's pool, without blocking this thread; otherwise the same.
 *
 * @throws TokenError `token_malformed`
 */
export function checkSignatureElsewhere(
  key: VerificationKey,
  algorithm: Algorithm,
  signingInput: string,
  signature: string,
): Promise<boolean> {
  const { hash } = algorithmParameters[algorithm]
  const bytes = readSignature(algorithm, signature)
  if (bytes === undefined) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    const input = Buffer.from(signingInput, 'latin1')
    verify(hash, input, keyFor(key, algorithm), bytes, (error, matches) => {
      if (error) reject(error)
      else resolve(matches)
    })
  })
}

/** A signature in the form that `crypto.verify` takes; undefined if its length is wrong. */
function readSignature(algorithm: Algorithm, signature: string): Buffer | undefined {
  const { kty, signatureBytes } = algorithmParameters[algorithm]
  const bytes = decodeBase64url(signature)
  if (bytes === undefined) throw new TokenError('token_malformed')
  if (signatureBytes !== undefined && bytes.length !== signatureBytes) return undefined
  return kty === 'EC' ? derOf(bytes) : bytes
}

/** A key with its options, if it needs any. A bare key is faster: Node 24 takes 10 µs to read an object. */
function keyFor(key: VerificationKey, algorithm: Algorithm): KeyObject | VerifyKeyObjectInput {
  const { options } = algorithmParameters[algorithm]
  return options.saltLength === undefined ? key.object : { key: key.object, ...options }
}

/** Compares in base64url, since Node encodes a digest faster than it makes a Buffer of it. */
function checkMac(
  key: VerificationKey,
  algorithm: Algorithm,
  signingInput: string,
  signature: string,
): boolean {
  const { hash } = algorithmParameters[algorithm]
  const expected = createHmac(hash ?? '', key.object)
    .update(signingInput, 'latin1')
    .digest('base64url')
  // compare as text, too: beyond Latin-1, two characters share a byte
  if (isSame(expected, signature) && expected === signature) return true
  if (decodeBase64url(signature) === undefined) throw new TokenError('token_malformed')
  return false
}

/** Compares two Latin-1 texts in constant time. */
function isSame(expected: string, presented: string): boolean {
  if (expected.length !== presented.length) return false
  const length = scratch.expected.write(expected, 'latin1')
  scratch.presented.write(presented, 'latin1')
  return timingSafeEqual(scratch.expected.subarray(0, length), scratch.presented.subarray(0, length))
}

/** For the longest code, 64 bytes or 86 characters. Nothing is awaited between writing and comparing. */
const scratch = { expected: Buffer.alloc(86), presented: Buffer.alloc(86) }

const sequence = 0x30
const integer = 0x02

/**
 * Converts the two halves of an ECDSA signature in a JWS (RFC 7518, section 3.4) into the form that Node handles fastest:
 * a DER sequence of two integers (RFC 3279, section 2.2.3).
 *
 * @param halves r and s, equally long, at most 66 bytes each
 */
export function derOf(halves: Buffer): Buffer {
  const middle = halves.length / 2
  const r = firstOf(halves, 0, middle)
  const s = firstOf(halves, middle, halves.length)
  const rLength = middle - r + sign(halves, r)
  const sLength = halves.length - s + sign(halves, s)
  const length = 4 + rLength + sLength
  const prefix = length < 128 ? 2 : 3
  const der = Buffer.allocUnsafe(prefix + length)
  der[0] = sequence
  if (prefix === 3) der[1] = 0x81
  der[prefix - 1] = length
  writeInteger(der, prefix, halves, r, middle, rLength)
  writeInteger(der, prefix + 2 + rLength, halves, s, halves.length, sLength)
  return der
}

/** Where a number begins: DER has no leading zeros, but at least one byte. */
function firstOf(halves: Buffer, from: number, to: number): number {
  let at = from
  while (at < to - 1 && halves[at] === 0) at++
  return at
}

/** The padding that keeps a number with its highest bit set from being negative. */
const sign = (halves: Buffer, first: number): 0 | 1 => ((halves[first] ?? 0) >= 0x80 ? 1 : 0)

function writeInteger(
  der: Buffer,
  at: number,
  halves: Buffer,
  from: number,
  to: number,
  length: number,
): void {
  der[at] = integer
  der[at + 1] = length
  der[at + 2] = 0
  for (let byte = from, target = at + 2 + length - (to - from); byte < to; byte++, target++) {
    der[target] = halves[byte] ?? 0
  }
}
