import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { algorithmParameters } from '../verify/algorithms.ts'
import type { Algorithm, Jwk } from '../verify/types.ts'

/** A key that a test issuer signs with. */
export interface TestKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly privateKey: KeyObject
  /** The same as `privateKey` for a shared secret. */
  readonly publicKey: KeyObject
  /** What a key set shows of it; undefined for a shared secret, which never belongs into one. */
  readonly jwk: Jwk | undefined
}

let made = 0

/** Makes a key for an algorithm, under a name that no other key has. */
export function makeTestKey(alg: Algorithm, kid: string = `test-key-${++made}`): TestKey {
  if (algorithmParameters[alg].kty === 'oct') {
    const secret = createSecretKey(randomBytes(64))
    return { kid, alg, privateKey: secret, publicKey: secret, jwk: undefined }
  }
  const { privateKey, publicKey } = keyPair(alg)
  const jwk: Jwk = { ...(publicKey.export({ format: 'jwk' }) as Jwk), kid, alg, use: 'sig' }
  return { kid, alg, privateKey, publicKey, jwk }
}

function keyPair(alg: Algorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  const { kty, curve = 'P-256' } = algorithmParameters[alg]
  if (kty === 'RSA') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (kty === 'OKP') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: curve })
}

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
