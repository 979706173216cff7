/**
 * Decodes base64url (RFC 4648, section 5) in its one canonical spelling: no padding, no other alphabet, no white
 * space, no stray bits in the last character. Gives undefined for anything else.
 *
 * Several spellings of one value would give a token several names, which matters wherever tokens are compared.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  // encoding again is the whole check: Node's decoder skips what it does not know, so nothing else comes out equal
  return bytes.toString('base64url') === text ? bytes : undefined
}
