import type { Reading } from '../../reading.ts'
import { costFault } from './bounds.ts'
import { readBase64, readCount, readHex } from './encoding.ts'
import { readFirebaseString } from './firebase.ts'
import { type ForeignHash, parseHash, pbkdf2, scrypt, writeHash } from './hashes.ts'

/**
 * Reads a password hash in any of the spellings that products and libraries write (bcrypt, PHC, SHA-crypt, Django,
 * Werkzeug, passlib, better-auth, Supabase) and gives it as it is stored. What cannot be checked, or costs too much to
 * check, is refused; the reason never contains the hash.
 */
export function readForeignHash(text: string): Reading<string> {
  const hash =
    parseHash(text) ??
    readDjango(text) ??
    readWerkzeug(text) ??
    readPasslib(text) ??
    readBetterAuth(text) ??
    readFirebaseString(text)
  return hash === undefined ? refuseHash(text) : acceptHash(hash)
}

/** Accepts a hash unless it costs too much to check. */
export function acceptHash(hash: ForeignHash | undefined): Reading<string> {
  if (hash === undefined)
    return { ok: false, code: 'malformed_hash', detail: 'The password hash is malformed.' }
  const fault = costFault(hash)
  if (fault === undefined) return { ok: true, value: writeHash(hash) }
  return { ok: false, code: 'costly_hash', detail: `The password hash takes too much to check (${fault}).` }
}

/** Names of algorithms that hashes begin with and that are not supported, so that the reason can name them. */
const known =
  /^\$?(md5|sha1|sha256|sha512|unsalted_md5|unsalted_sha1|crypt|argon2d|apr1|1|2x|2|7|y|gy|pbkdf2|pbkdf2_\w+|pbkdf2-\w+|pbkdf2:\w+|scrypt|scrypt:\d+|bcrypt_sha256|bcrypt-sha256|bcrypt|argon2|argon2i|argon2id|fbscrypt|2a|2b|2y|5|6)\b/

function refuseHash(text: string): Reading<never> {
  const name = known.exec(text)?.[1]
  const supported = /^(pbkdf2|scrypt|bcrypt|argon2(?!d)|fbscrypt|2[aby]|[56]$)/.test(name ?? '')
  if (name === undefined || supported) {
    const what = name === undefined ? 'is of no known format' : `(${name}) is malformed`
    return { ok: false, code: 'malformed_hash', detail: `The password hash ${what}.` }
  }
  return { ok: false, code: 'unsupported_hash', detail: `Password hashes of ${name} are not supported.` }
}

/** `pbkdf2_sha256$600000$salt$base64` and its siblings, with the salt as text. */
function readDjango(text: string): ForeignHash | undefined {
  const [algorithm, ...parts] = text.split('$')
  switch (algorithm) {
    case 'pbkdf2_sha256':
    case 'pbkdf2_sha1': {
      const [iterations, salt, hash, ...more] = parts
      if (more.length > 0 || !salt) return undefined
      return pbkdf2(algorithm.slice(7), iterations, Buffer.from(salt), readBase64(hash ?? ''))
    }
    case 'scrypt': {
      const [n, salt, r, p, hash, ...more] = parts
      if (more.length > 0 || !salt) return undefined
      return scrypt('plain', { n, r, p }, Buffer.from(salt), readBase64(hash ?? ''))
    }
    case 'argon2':
      return ofKind('argon2', parseHash(`$${parts.join('$')}`))
    case 'bcrypt':
      return ofKind('bcrypt', parseHash(parts.join('$')))
    case 'bcrypt_sha256':
      return ofKind('bcrypt', parseHash(`$bcrypt-sha256${parts.join('$')}`))
    default:
      return undefined
  }
}

const ofKind = (kind: ForeignHash['kind'], hash: ForeignHash | undefined): ForeignHash | undefined =>
  hash?.kind === kind ? hash : undefined

/** `scrypt:32768:8:1$salt$hex` and `pbkdf2:sha256:600000$salt$hex`, with the salt as text. */
function readWerkzeug(text: string): ForeignHash | undefined {
  const [method = '', salt, hash, ...more] = text.split('$')
  if (!salt || hash === undefined || more.length > 0) return undefined
  const [algorithm, ...parameters] = method.split(':')
  if (algorithm === 'scrypt' && parameters.length === 3) {
    const [n, r, p] = parameters
    return scrypt('plain', { n, r, p }, Buffer.from(salt), readHex(hash))
  }
  if (algorithm === 'pbkdf2' && parameters.length === 2) {
    return pbkdf2(parameters[0], parameters[1], Buffer.from(salt), readHex(hash))
  }
  return undefined
}

/** `$pbkdf2-sha256$29000$salt$hash`, in passlib's base64. */
function readPasslib(text: string): ForeignHash | undefined {
  const match = /^\$pbkdf2(?:-(sha256|sha512))?\$(\d+)\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/.exec(text)
  if (match === null) return undefined
  const [, digest = 'sha1', iterations, salt, hash] = match
  return pbkdf2(digest, iterations, readBase64(salt ?? ''), readBase64(hash ?? ''))
}

/** `salt:key`, both in hexadecimal; the salt counts as it is written. */
function readBetterAuth(text: string): ForeignHash | undefined {
  const [, salt, key] = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(text) ?? []
  if (salt === undefined || key === undefined) return undefined
  return scrypt('nfkc', { n: '16384', r: '16', p: '1' }, Buffer.from(salt), readHex(key))
}

/** Keycloak's `credentialData` and `secretData` of a password, both JSON that was read. */
export function readKeycloakHash(credential: unknown, secret: unknown): Reading<string> {
  const { hashIterations, algorithm, additionalParameters } = record(credential)
  const { value, salt } = record(secret)
  if (typeof algorithm !== 'string' || typeof value !== 'string' || typeof salt !== 'string')
    return acceptHash(undefined)
  const iterations = String(hashIterations)
  const [saltBytes, hash] = [readBase64(salt), readBase64(value)]
  if (algorithm === 'argon2')
    return acceptHash(keycloakArgon2(record(additionalParameters), iterations, salt, value))
  const digest = /^pbkdf2(?:-(sha256|sha512))?$/.exec(algorithm)
  if (digest === null)
    return { ok: false, code: 'unsupported_hash', detail: 'This password hash of Keycloak is not supported.' }
  return acceptHash(pbkdf2(digest[1] ?? 'sha1', iterations, saltBytes, hash))
}

function keycloakArgon2(
  parameters: Readonly<Record<string, unknown>>,
  passes: string,
  salt: string,
  value: string,
): ForeignHash | undefined {
  const first = (name: string): string | undefined => {
    const list = parameters[name]
    return Array.isArray(list) && typeof list[0] === 'string' ? list[0] : undefined
  }
  const [memory, lanes] = [readCount(first('memory')), readCount(first('parallelism'))]
  if (first('version') !== '1.3' || memory === undefined || lanes === undefined) return undefined
  const bare = (text: string): string => text.replace(/=+$/, '')
  return parseHash(
    `$argon2${first('type')}$v=19$m=${memory},t=${passes},p=${lanes}$${bare(salt)}$${bare(value)}`,
  )
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
