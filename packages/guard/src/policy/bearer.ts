/** What an `Authorization` header brought: a token, nothing for us, or something that is not well-formed. */
export type Presented =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly repeated: boolean; readonly detail: string }

const none: Presented = { kind: 'none' }
const repeated: Presented = {
  kind: 'malformed',
  repeated: true,
  detail: 'The Authorization header came more than once.',
}
const malformed: Presented = {
  kind: 'malformed',
  repeated: false,
  detail: 'The Authorization header is not "Bearer", a space, and a token.',
}

/**
 * Reads the header (RFC 6750, section 2.1; one space or more, RFC 9110, section 11.4). Another scheme, or an empty field, counts as no token.
 *
 * @param fields the value of each field line as it came
 */
export function readBearer(fields: readonly string[]): Presented {
  if (fields.length > 1) return repeated
  const field = fields[0]
  return field === undefined ? none : readField(field)
}

// RFC 6750's b64token: it has no comma
const tokenSyntax = /^[\w.~+/-]+=*$/
// a second credential behind a comma (RFC 9110, section 11.4): a scheme and what it brings, or Bearer with nothing
const secondCredential = /,\s*(?:bearer(?:\s|,|$)|[\w!#$%&'*+.^`|~-]+ +[^\s,=])/i
// behind a scheme that has parameters with commas between them, only another Bearer is certainly a second credential
const secondBearer = /,\s*bearer(?:\s|,|$)/i

function readField(field: string): Presented {
  const text = field.trim()
  const [, scheme = '', rest = ''] = /^([^\s,]*)([\s\S]*)$/.exec(text) ?? []
  if (scheme.toLowerCase() !== 'bearer') {
    // a joined header hides a second credential behind the first
    return secondBearer.test(text) ? repeated : none
  }
  // whoever keeps field lines apart (Node) tells repeats by their number; a web Headers has joined them with a comma
  if (secondCredential.test(rest)) return repeated
  const token = rest.startsWith(' ') ? rest.replace(/^ +/, '') : ''
  if (token === '' || !tokenSyntax.test(token)) return malformed
  return { kind: 'token', token }
}
