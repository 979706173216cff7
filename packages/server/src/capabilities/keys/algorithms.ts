import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningAlgorithm } from '../../config.ts'
import type { PublishedJwk } from '../../instance.ts'

const generate = promisify(generateKeyPair)

/** Makes a key pair for `alg` (P-256, Ed25519 or RSA of 2048 bits). */
export async function generateKeys(
  alg: SigningAlgorithm,
): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  switch (alg) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'EdDSA':
      return generate('ed25519')
    case 'RS256':
      return generate('rsa', { modulusLength: 2048, publicExponent: 0x10001 })
  }
}

/** Signs as a JWS wants it (RFC 7518, section 3; ECDSA as r and s side by side, not DER). */
export function signBytes(alg: SigningAlgorithm, key: KeyObject, bytes: Uint8Array): Buffer {
  switch (alg) {
    case 'ES256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA':
      return sign(null, bytes, key)
    case 'RS256':
      return sign('sha256', bytes, key)
  }
}

/** The members of a JWK that identify the key, in the order that RFC 7638 (and RFC 8037 for OKP) hashes them. */
const thumbprintMembers = {
  ES256: ['crv', 'kty', 'x', 'y'],
  EdDSA: ['crv', 'kty', 'x'],
  RS256: ['e', 'kty', 'n'],
} as const

/** The public key as it is published, named by its RFC 7638 thumbprint. */
export function publicJwk(alg: SigningAlgorithm, publicKey: KeyObject): PublishedJwk {
  const jwk = publicKey.export({ format: 'jwk' })
  const members = Object.fromEntries(thumbprintMembers[alg].map((name) => [name, jwk[name]]))
  const kid = createHash('sha256').update(JSON.stringify(members)).digest('base64url')
  return { ...members, kid, alg, use: 'sig' }
}
