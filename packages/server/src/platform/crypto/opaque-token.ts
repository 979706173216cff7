import { hash, randomBytes } from 'node:crypto'

/** 32 bytes in base64url, whose last character has two unused bits: exactly one spelling for each token. */
const shape = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** A new opaque token: 256 random bits, base64url. */
export function newOpaqueToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Whether `value` could be an opaque token at all. */
export function looksLikeOpaqueToken(value: string): boolean {
  return shape.test(value)
}

/** What is stored instead of a token: its SHA-256. A token has 256 random bits, so no slow hash is needed. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url')
}
