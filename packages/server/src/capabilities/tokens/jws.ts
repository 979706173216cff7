import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { Config } from '../../config.ts'
import type { Signer } from '../keys/index.ts'

/** The first part of a token, the same for every token of a key: encoded once. */
const headers = new WeakMap<Signer, string>()

/** A token signed with a key of the key set (RFC 9068: `typ` is `at+jwt`). */
export function signWithKey(signer: Signer, claims: object): string {
  let header = headers.get(signer)
  if (header === undefined) {
    header = encode({ alg: signer.alg, typ: 'at+jwt', kid: signer.kid })
    headers.set(signer, header)
  }
  const input = `${header}.${encode(claims)}`
  return `${input}.${signer.sign(Buffer.from(input, 'ascii')).toString('base64url')}`
}

const sharedSecretHeader = encode({ alg: 'HS256', typ: 'JWT' })
const secretKeys = new WeakMap<Config, KeyObject>()

/**
 * A token signed with JWT_SECRET, as APIs that share it check it (HS256).
 *
 * @throws Error when no secret is configured
 */
export function signWithSecret(config: Config, claims: object): string {
  let key = secretKeys.get(config)
  if (key === undefined) {
    if (config.jwtSecret === undefined) throw new Error('the shared-secret profile needs JWT_SECRET')
    key = createSecretKey(config.jwtSecret)
    secretKeys.set(config, key)
  }
  const input = `${sharedSecretHeader}.${encode(claims)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
