import { domainToASCII, domainToUnicode } from 'node:url'
import type { Reading } from '../../platform/reading.ts'
import { inLatin } from './lookalikes.ts'

/** An e-mail address, and the key that makes it unique once verified. */
export interface EmailAddress {
  /** As it was entered, except for a domain beyond ASCII: that is written as its key says, so mail goes where it says. */
  readonly email: string
  readonly key: string
}

export const emailMaxLength = 254

// what a mailbox can be called without quoting (RFC 5321, section 4.1.2; RFC 6531 for letters beyond ASCII)
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
// what a domain is written with; the URL standard would skip line ends and invisible characters, and decode percent signs
const domainCharacters = /^[\p{L}\p{M}\p{N}.-]+$/u
const asciiDomain =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads an e-mail address: its syntax alone. Whether mail to it reaches anybody shows only once its owner confirms it.
 *
 * @example readEmail('Ana@Example.com') // { ok: true, value: { email: 'Ana@Example.com', key: 'ana@example.com' } }
 */
export function readEmail(text: string): Reading<EmailAddress> {
  const typed = text.normalize('NFC')
  const at = typed.lastIndexOf('@')
  const local = typed.slice(0, Math.max(at, 0))
  const typedDomain = typed.slice(at + 1)
  const domain = domainCharacters.test(typedDomain) ? domainToASCII(typedDomain) : ''
  const bytes = Buffer.byteLength(local) + 1 + domain.length
  if (bytes > emailMaxLength || typed.length > emailMaxLength || Buffer.byteLength(local) > 64) {
    return { ok: false, code: 'too_long', detail: 'This e-mail address is too long.' }
  }
  // a compatibility character (the ligature ﬁ, a wide ａ) would share the key of another mailbox
  const ambiguous = local !== local.normalize('NFKC')
  if (at < 1 || ambiguous || !localPart.test(local) || !asciiDomain.test(domain)) {
    return { ok: false, code: 'invalid_email', detail: 'This is not a valid e-mail address.' }
  }
  const isAscii = typedDomain.toLowerCase() === domain
  const email = isAscii ? typed : `${local}@${domainToUnicode(domain)}`
  return { ok: true, value: { email, key: `${local.toLowerCase()}@${domain}` } }
}

/** The key that an address is looked up by; undefined for an invalid address. */
export function emailKey(text: string): string | undefined {
  const reading = readEmail(text)
  return reading.ok ? reading.value.key : undefined
}

/**
 * The key of the address in Latin letters that an address may be mistaken for; undefined if there is none.
 *
 * @example resembledEmailKey('аna@example.com') // 'ana@example.com', from a Cyrillic а
 */
export function resembledEmailKey(email: string): string | undefined {
  const folded = email.toLowerCase()
  const latin = inLatin(folded)
  return latin === folded ? undefined : emailKey(latin)
}
