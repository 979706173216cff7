import { constants } from 'node:crypto'
import type { Algorithm } from './types.ts'

/** What an algorithm's name stands for (RFC 7518, section 3.1; RFC 8037, section 3.1). */
export interface AlgorithmParameters {
  /** The key type (`kty`) that it needs. */
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'oct'
  /** The hash, as Node spells it; null if the signature scheme implies one. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null
  /** The curve (`crv`), where it prescribes one. */
  readonly curve?: 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
  /** Bytes of a signature, where that does not depend on the key. */
  readonly signatureBytes?: number
  /** The options for `crypto.verify` and `crypto.sign`. */
  readonly options: { dsaEncoding?: 'ieee-p1363'; padding?: number; saltLength?: number }
}

const pkcs1 = { padding: constants.RSA_PKCS1_PADDING }
// RFC 7518, section 3.5: the salt is as long as the hash, and nothing else is accepted
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
const p1363 = { dsaEncoding: 'ieee-p1363' } as const

/** Every signature algorithm that can be configured. `none` is not one. */
export const algorithmParameters: Readonly<Record<Algorithm, AlgorithmParameters>> = {
  RS256: { kty: 'RSA', hash: 'sha256', options: pkcs1 },
  RS384: { kty: 'RSA', hash: 'sha384', options: pkcs1 },
  RS512: { kty: 'RSA', hash: 'sha512', options: pkcs1 },
  PS256: { kty: 'RSA', hash: 'sha256', options: pss },
  PS384: { kty: 'RSA', hash: 'sha384', options: pss },
  PS512: { kty: 'RSA', hash: 'sha512', options: pss },
  ES256: { kty: 'EC', hash: 'sha256', curve: 'P-256', signatureBytes: 64, options: p1363 },
  ES384: { kty: 'EC', hash: 'sha384', curve: 'P-384', signatureBytes: 96, options: p1363 },
  ES512: { kty: 'EC', hash: 'sha512', curve: 'P-521', signatureBytes: 132, options: p1363 },
  EdDSA: { kty: 'OKP', hash: null, curve: 'Ed25519', signatureBytes: 64, options: {} },
  HS256: { kty: 'oct', hash: 'sha256', signatureBytes: 32, options: {} },
  HS384: { kty: 'oct', hash: 'sha384', signatureBytes: 48, options: {} },
  HS512: { kty: 'oct', hash: 'sha512', signatureBytes: 64, options: {} },
}

export const algorithms: readonly Algorithm[] = Object.keys(algorithmParameters) as Algorithm[]
export const symmetricAlgorithms: readonly Algorithm[] = algorithms.filter((alg) => isSymmetric(alg))
export const asymmetricAlgorithms: readonly Algorithm[] = algorithms.filter((alg) => !isSymmetric(alg))

export function isAlgorithm(name: unknown): name is Algorithm {
  return typeof name === 'string' && Object.hasOwn(algorithmParameters, name)
}

export function isSymmetric(algorithm: Algorithm): boolean {
  return algorithmParameters[algorithm].kty === 'oct'
}
