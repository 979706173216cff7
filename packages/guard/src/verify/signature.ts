import { createHmac, createVerify, timingSafeEqual, verify } from 'node:crypto'
import { algorithmParameters } from './algorithms.ts'
import type { VerificationKey } from './key.ts'
import type { Algorithm } from './types.ts'

/** Checks a signature here and now (RFC 7515, section 5.2). */
export function checkSignature(
  key: VerificationKey,
  algorithm: Algorithm,
  signingInput: string,
  signature: Buffer,
): boolean {
  const { kty, hash, signatureBytes, options } = algorithmParameters[algorithm]
  if (signatureBytes !== undefined && signature.length !== signatureBytes) return false
  if (hash === null) return verify(null, Buffer.from(signingInput, 'latin1'), key.object, signature)
  if (kty === 'oct') {
    const expected = createHmac(hash, key.object).update(signingInput, 'latin1').digest()
    return timingSafeEqual(expected, signature)
  }
  // the streaming form is the faster one for elliptic curves
  return createVerify(hash)
    .update(signingInput, 'latin1')
    .verify({ key: key.object, ...options }, signature)
}

/** Checks an asymmetric signature in libuv's pool, leaving this thread free. */
export function checkSignatureElsewhere(
  key: VerificationKey,
  algorithm: Algorithm,
  signingInput: string,
  signature: Buffer,
): Promise<boolean> {
  const { hash, signatureBytes, options } = algorithmParameters[algorithm]
  if (signatureBytes !== undefined && signature.length !== signatureBytes) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    const input = Buffer.from(signingInput, 'latin1')
    verify(hash, input, { key: key.object, ...options }, signature, (error, matches) => {
      if (error) reject(error)
      else resolve(matches)
    })
  })
}
