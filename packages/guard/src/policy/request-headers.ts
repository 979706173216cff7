import type { RequestFacts } from './types.ts'

/** What an `Authorization` header contains: a token, no bearer credentials, or something malformed. */
export type Presented =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly repeated: boolean; readonly detail: string }

const none: Presented = { kind: 'none' }
const repeated: Presented = {
  kind: 'malformed',
  repeated: true,
  detail: 'The Authorization header was sent more than once.',
}
const malformed: Presented = {
  kind: 'malformed',
  repeated: false,
  detail: 'The Authorization header must be "Bearer", a space, and a token.',
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
  // Node keeps field lines apart, so repeats show in their number; a web Headers has joined them with a comma
  if (secondCredential.test(rest)) return repeated
  const token = rest.startsWith(' ') ? rest.replace(/^ +/, '') : ''
  if (token === '' || !tokenSyntax.test(token)) return malformed
  return { kind: 'token', token }
}

// RFC 9110, section 5.6.2
const token = /^[!#$%&'*+.^`|~\w-]+$/
// one serialized origin (RFC 6454, section 7.1): repeated field lines arrive joined with a comma, which none contains
const origin = /^(null|[a-z][a-z\d+.-]*:\/\/[^\s,/?#@\\]+)$/i

/**
 * Whether a request is a complete CORS preflight: a browser's question before the real request, without a token and
 * without a body (Fetch standard, "CORS-preflight fetch").
 */
export const isPreflight = (facts: RequestFacts): boolean =>
  // the method first: reading one header may make the framework parse all of them
  facts.method === 'OPTIONS' &&
  origin.test(facts.header('origin') ?? '') &&
  token.test(facts.header('access-control-request-method') ?? '') &&
  facts.header('transfer-encoding') === undefined &&
  (facts.header('content-length') ?? '0') === '0'
