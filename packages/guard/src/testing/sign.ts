import { createHmac, createSecretKey, type KeyObject, sign } from 'node:crypto'
import { algorithmParameters } from '../verify/algorithms.ts'
import type { Algorithm } from '../verify/types.ts'

/**
 * Signs a JWS in compact serialization. Nothing is checked: tests need tokens that nobody should make, such as HS256
 * with the bytes of a public key.
 */
export function signCompact(
  header: object,
  payload: string | object,
  alg: Algorithm | 'none',
  key: KeyObject,
): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const input = `${encode(JSON.stringify(header))}.${encode(text)}`
  if (alg === 'none') return `${input}.`
  return `${input}.${signature(input, alg, key).toString('base64url')}`
}

function signature(input: string, alg: Algorithm, key: KeyObject): Buffer {
  const { kty, hash, options } = algorithmParameters[alg]
  if (kty === 'oct' && hash !== null) return createHmac(hash, secretOf(key)).update(input).digest()
  return sign(hash, Buffer.from(input), { key, ...options })
}

/** A public key taken for a secret is taken as its PEM: what a verifier that confuses the two would have at hand. */
function secretOf(key: KeyObject): KeyObject {
  return key.type === 'secret'
    ? key
    : createSecretKey(Buffer.from(key.export({ type: 'spki', format: 'pem' })))
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}
