import { domainToASCII } from 'node:url'

/** An address that mail goes to or comes from, and what to call it. */
export interface Mailbox {
  readonly name: string | undefined
  readonly address: string
}

/** The longest address (RFC 5321, section 4.5.3.1.3, less the angle brackets), and the longest part before the `@`. */
const [longestAddress, longestLocal] = [254, 64]

/** A mailbox without quoting (RFC 5321, section 4.1.2; RFC 6531 for letters beyond ASCII). */
const local = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
/** What ends a line, or hides or turns around what follows; none of it belongs into a header. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u

/**
 * The address in the form that is sent: its domain in ASCII (RFC 5891). Undefined for what is no address: with a line
 * break or anything else that could end a header or an SMTP command, too long, or without a domain.
 *
 * @example deliverable('ana@bücher.example') // 'ana@xn--bcher-kva.example'
 */
export function deliverable(address: string): string | undefined {
  // `domainToASCII` drops some of these, and decodes `%`, as browsers do
  if (/[\p{C}\p{Z}%]/u.test(address.slice(address.lastIndexOf('@')))) return undefined
  const at = address.lastIndexOf('@')
  const name = address.slice(0, Math.max(0, at))
  const domain = domainToASCII(address.slice(at + 1))
  const whole = `${name}@${domain}`
  if (!local.test(name) || !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(domain)) return undefined
  return Buffer.byteLength(name) > longestLocal || whole.length > longestAddress ? undefined : whole
}

/** Whether SMTP needs SMTPUTF8 (RFC 6531) for an address. */
export const needsUtf8 = (address: string): boolean => /[^ -~]/.test(address)

/** A text that is safe in a header: one line, without control and direction characters, at most `most` characters. */
export const headerText = (text: string, most = 200): string =>
  [...text.toWellFormed().replace(new RegExp(unprintable, 'gu'), ' ')]
    .slice(0, most)
    .join('')
    .replace(/\s+/g, ' ')
    .trim()

/** Reads `Acme <no-reply@acme.example>`, or an address alone; undefined for anything else. */
export function readMailbox(text: string): Mailbox | undefined {
  if (unprintable.test(text)) return undefined
  const [, quoted, plain = '', bracketed] =
    /^(?:"([^"\\]*)"|([^"<>]*?))\s*<([^<>]+)>$/.exec(text.trim()) ?? []
  const address = deliverable(bracketed ?? text.trim())
  const name = quoted ?? plain
  if (address === undefined) return undefined
  return { name: name === '' ? undefined : name, address }
}
