import { createPublicKey, createSecretKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { ConfigurationError } from '../errors.ts'
import { algorithmParameters, isAlgorithm } from './algorithms.ts'
import { decodeBase64url } from './compact.ts'
import type { Algorithm, Jwk } from './types.ts'

/** A key for verifying signatures, and its algorithms. */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly algorithms: ReadonlySet<Algorithm>
  readonly object: KeyObject
  /** The key material, which identifies a key under any `kid`. */
  readonly material: string
  /** Set once the key must no longer be used, so that a verification in progress notices. */
  retired: boolean
}

/** Why a JWK is ignored: `unsuitable` keys have another purpose, `unsafe` ones should not exist. */
export class KeyError extends Error {
  readonly fault: 'unsuitable' | 'unsafe'

  constructor(fault: 'unsuitable' | 'unsafe', message: string) {
    super(message)
    this.name = 'KeyError'
    this.fault = fault
  }
}

/**
 * Makes a verification key of a public JWK (RFC 7517), honouring `alg`, `use` and `key_ops`.
 *
 * @throws KeyError `unsuitable` (another use, an unknown algorithm), `unsafe` (weak, private, symmetric)
 */
export function importJwk(jwk: Jwk, accepted?: readonly Algorithm[]): VerificationKey {
  if (typeof jwk !== 'object' || jwk === null) throw new KeyError('unsafe', 'A key is not an object.')
  if (jwk.kty === 'oct' || jwk['k'] !== undefined) throw new KeyError('unsafe', 'A key is symmetric.')
  if (jwk.kid !== undefined && (typeof jwk.kid !== 'string' || jwk.kid === '')) {
    throw new KeyError('unsafe', 'A key has an identifier that is not a string.')
  }
  if (privateMembers.some((name) => jwk[name] !== undefined)) {
    throw new KeyError('unsafe', 'A key is private: it is no longer secret and must be replaced.')
  }
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new KeyError('unsuitable', 'A key has another use.')
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) {
    throw new KeyError('unsuitable', 'A key is for other operations.')
  }
  const algorithms = algorithmsOf(jwk, accepted)
  return { kid: jwk.kid, algorithms, ...publicKeyObject(jwk), retired: false }
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const

function algorithmsOf(jwk: Jwk, accepted: readonly Algorithm[] | undefined): Set<Algorithm> {
  if (jwk.alg !== undefined && !isAlgorithm(jwk.alg))
    throw new KeyError('unsuitable', 'A key has an unknown algorithm.')
  // an RSA key without `alg` is for RS256 only, unless configured otherwise (RFC 8725, section 3.1: one key, one algorithm)
  const candidates = jwk.alg !== undefined ? [jwk.alg] : (accepted ?? defaultAlgorithms)
  const algorithms = candidates.filter((alg) => {
    const { kty, curve } = algorithmParameters[alg]
    return kty === jwk.kty && kty !== 'oct' && (curve === undefined || curve === jwk.crv)
  })
  if (algorithms.length === 0)
    throw new KeyError('unsuitable', 'A key fits no algorithm that is accepted here.')
  const usable = algorithms.filter((alg) => accepted === undefined || accepted.includes(alg))
  if (usable.length === 0)
    throw new KeyError('unsuitable', 'A key is for an algorithm that is not accepted here.')
  return new Set(usable)
}

const defaultAlgorithms: readonly Algorithm[] = ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA']

function publicKeyObject(jwk: Jwk): Pick<VerificationKey, 'object' | 'material'> {
  const members = jwk.kty === 'RSA' ? ['n', 'e'] : jwk.kty === 'EC' ? ['x', 'y'] : ['x']
  const material: JsonWebKey = { kty: jwk.kty ?? '' }
  if (jwk.crv !== undefined) material.crv = jwk.crv
  for (const name of members) {
    const value = jwk[name]
    if (typeof value !== 'string' || decodeBase64url(value) === undefined) {
      throw new KeyError('unsafe', `A key has no well-formed "${name}".`)
    }
    material[name] = value
  }
  if (jwk.kty === 'RSA') checkRsa(jwk)
  try {
    return { object: createPublicKey({ key: material, format: 'jwk' }), material: JSON.stringify(material) }
  } catch (cause) {
    // such as a point that is not on its curve; OpenSSL's message would not help
    throw Object.assign(new KeyError('unsafe', 'A key is not a key of its type.'), { cause })
  }
}

function checkRsa(jwk: Jwk): void {
  const modulus = Buffer.from(jwk.n ?? '', 'base64url')
  const bits = bitLength(modulus)
  if (bits < 2048) throw new KeyError('unsafe', `An RSA key has ${bits} bits; at least 2048 are needed.`)
  // the time for verification grows with the square of the size: only an attacker needs more
  if (bits > 8192) throw new KeyError('unsafe', `An RSA key has ${bits} bits; at most 8192 are accepted.`)
  const exponent = Buffer.from(jwk.e ?? '', 'base64url')
  const small = exponent.length > 4 ? undefined : exponent.readUIntBE(0, exponent.length)
  if (small === undefined || small < 3 || small % 2 === 0) {
    throw new KeyError('unsafe', 'An RSA key has a public exponent that is not usable.')
  }
  if (isRocaModulus(modulus)) throw new KeyError('unsafe', 'An RSA key is of the kind that ROCA breaks.')
}

function bitLength(bytes: Buffer): number {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first - 1) * 8 + (32 - Math.clz32(bytes[first] ?? 0))
}

/**
 * Makes a verification key of the `publicKey` option: SPKI PEM, a JWK or a KeyObject.
 *
 * @throws ConfigurationError when it is private, weak, or for none of the accepted algorithms
 */
export function importPublicKey(
  key: string | Jwk | KeyObject,
  accepted?: readonly Algorithm[],
): VerificationKey {
  try {
    return importJwk(publicJwk(key), accepted)
  } catch (error) {
    if (error instanceof KeyError)
      throw new ConfigurationError(`publicKey: ${error.message}`, { cause: error })
    throw error
  }
}

function publicJwk(key: string | Jwk | KeyObject): Jwk {
  if (key instanceof KeyObject) {
    if (key.type !== 'public')
      throw new ConfigurationError(`publicKey is a ${key.type} key; only the public one belongs here.`)
    return exportJwk(key)
  }
  if (typeof key !== 'string') return key
  if (!key.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) {
    throw new ConfigurationError(
      'publicKey is not a public key in PEM: it begins with "-----BEGIN PUBLIC KEY-----".',
    )
  }
  try {
    return exportJwk(createPublicKey(key))
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause
    throw new ConfigurationError('publicKey cannot be read.', { cause })
  }
}

function exportJwk(key: KeyObject): Jwk {
  // an RSASSA-PSS key or a curve without a JWK form cannot be exported
  try {
    return key.export({ format: 'jwk' }) as Jwk
  } catch (cause) {
    throw new ConfigurationError('publicKey has a type that JWTs are not signed with.', { cause })
  }
}

/**
 * Makes a verification key of the `secret` option; a string is taken as UTF-8.
 *
 * @throws ConfigurationError when it is shorter than 32 bytes or than the hash of its algorithm (RFC 7518, section 3.2)
 */
export function importSecret(
  secret: string | Uint8Array,
  accepted: readonly Algorithm[] = ['HS256'],
): VerificationKey {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : Buffer.from(secret)
  if (bytes.toString('latin1').trimStart().startsWith('-----BEGIN')) {
    throw new ConfigurationError('secret is a key in PEM: a public key is not a secret. Use publicKey.')
  }
  for (const alg of accepted) {
    const { kty, signatureBytes = 0 } = algorithmParameters[alg]
    if (kty !== 'oct') throw new ConfigurationError(`algorithms: ${alg} does not go with secret.`)
    const needed = Math.max(32, signatureBytes)
    if (bytes.length < needed) {
      throw new ConfigurationError(`secret has ${bytes.length} bytes; ${alg} needs at least ${needed}.`)
    }
  }
  return {
    kid: undefined,
    algorithms: new Set(accepted),
    object: createSecretKey(bytes),
    material: '',
    retired: false,
  }
}

/**
 * Whether an RSA modulus has the fingerprint of the primes that Infineon's library made (ROCA, CVE-2017-15361), whose
 * private keys can be computed: modulo each small prime it is a power of 65537.
 */
export function isRocaModulus(modulus: Buffer): boolean {
  const n = BigInt(`0x${modulus.toString('hex')}`)
  return smallPrimes.every((prime) => powersOf65537(prime).has(Number(n % BigInt(prime))))
}

// every prime from 3 to 167; by chance a modulus passes all of them about once in 2^28 keys of another make
const smallPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]

function powersOf65537(prime: number): Set<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power)
  return powers
}
