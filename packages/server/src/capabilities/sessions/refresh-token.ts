import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'

/** 32 bytes in base64url, whose last character has two unused bits: exactly one spelling for each token. */
const shape = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** A new refresh token: 256 random bits, base64url. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Whether `value` could be a refresh token at all. */
export function looksLikeRefreshToken(value: string): boolean {
  return shape.test(value)
}

/** What is stored instead of a token: its SHA-256. It has 256 random bits, so that no slow hash is needed. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url')
}

/**
 * Seals `successor` so that only who holds `token` can read it: AES-256-GCM under HKDF-SHA256 of the token. Whoever
 * reads the database learns neither of the two.
 */
export function sealSuccessor(token: string, successor: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(token), nonce)
  const sealed = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/**
 * The successor that `sealSuccessor` sealed.
 *
 * @throws Error when it was not sealed for `token`, or is damaged
 */
export function openSuccessor(token: string, sealedSuccessor: string): string {
  const bytes = Buffer.from(sealedSuccessor, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(token), bytes.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

function keyFrom(token: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', token, '', 'gatehouse refresh successor', 32))
}
