import { createCipheriv, createHash, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto'
import { verifySync } from '@node-rs/argon2'
import bcrypt from 'bcryptjs'
import { verify as verifyShaCrypt } from 'unixcrypt'
import { bounds, costFault } from './bounds.ts'
import { type ForeignHash, parseHash, type ScryptHash } from './hashes.ts'

/** Longer passwords match nothing: SHA-crypt's time grows with the square of the length. */
const longestPassword = 512

/**
 * Whether a password, as typed, is the one that another product hashed. Compares in constant time. Takes a thread for as
 * long as the hash's parameters say, so it belongs into one of its own.
 */
export function verifyForeign(stored: string, typed: string): boolean {
  const hash = parseHash(stored)
  // the import refuses what costs too much; this is for what came into the database in other ways
  if (hash === undefined || costFault(hash) !== undefined)
    throw new Error('unknown or too costly password hash')
  const password = Buffer.byteLength(typed) > longestPassword ? '' : typed
  return isMatch(hash, password) && password === typed
}

function isMatch(hash: ForeignHash, password: string): boolean {
  switch (hash.kind) {
    case 'argon2':
      return verifySync(hash.text, password)
    case 'bcrypt':
      // only the first 72 bytes count, as they did where the hash was made
      return bcrypt.compareSync(hash.sha256 ? sha256Hex(password) : password, hash.text)
    case 'sha-crypt':
      return verifyShaCrypt(password, hash.text)
    case 'pbkdf2':
      return timingSafeEqual(
        pbkdf2Sync(password, hash.salt, hash.iterations, hash.hash.length, hash.digest),
        hash.hash,
      )
    case 'scrypt':
      return timingSafeEqual(derive(hash, password), hash.hash)
  }
}

function derive({ form, logN, r, p, salt, hash }: ScryptHash, password: string): Buffer {
  const options = { N: 2 ** logN, r, p, maxmem: 2 * bounds.memory }
  const text = form === 'nfkc' ? password.normalize('NFKC') : password
  if (form !== 'firebase') return scryptSync(text, salt, hash.length, options)
  return keyStream(scryptSync(text, salt, 32, options), hash.length)
}

/** What AES-256-CTR adds to a text: the encryption of zeros. */
function keyStream(key: Buffer, length: number): Buffer {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return Buffer.concat([cipher.update(Buffer.alloc(length)), cipher.final()])
}

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')
