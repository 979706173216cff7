import { domainToASCII } from 'node:url'
import type { Reading } from '../../platform/reading.ts'

/** An e-mail address as entered, and the key that makes it unique once verified. */
export interface EmailAddress {
  readonly email: string
  readonly key: string
}

export const emailMaxLength = 254

// what a mailbox can be called without quoting (RFC 5321, section 4.1.2; RFC 6531 for letters beyond ASCII)
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const asciiDomain =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads an e-mail address: its syntax alone. Whether mail to it reaches anybody shows only once its owner confirms it.
 *
 * @example readEmail('Ana@Example.com') // { ok: true, value: { email: 'Ana@Example.com', key: 'ana@example.com' } }
 */
export function readEmail(text: string): Reading<EmailAddress> {
  const email = text.normalize('NFC')
  const at = email.lastIndexOf('@')
  const local = email.slice(0, Math.max(at, 0))
  const domain = domainToASCII(email.slice(at + 1))
  if (email.length > emailMaxLength || Buffer.byteLength(local) > 64) {
    return { ok: false, code: 'too_long', detail: 'This e-mail address is too long.' }
  }
  if (at < 1 || !localPart.test(local) || !asciiDomain.test(domain)) {
    return { ok: false, code: 'invalid_email', detail: 'This is not a valid e-mail address.' }
  }
  return { ok: true, value: { email, key: `${local.normalize('NFKC').toLowerCase()}@${domain}` } }
}

/** The key that an address is looked up by; undefined for an invalid address. */
export function emailKey(text: string): string | undefined {
  const reading = readEmail(text)
  return reading.ok ? reading.value.key : undefined
}
