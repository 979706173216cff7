import type { RequestFacts } from './types.ts'

// RFC 9110, section 5.6.2
const token = /^[!#$%&'*+.^`|~\w-]+$/
// one serialized origin (RFC 6454, section 7.1): repeated field lines arrive joined with a comma, which none contains
const origin = /^(null|[a-z][a-z\d+.-]*:\/\/[^\s,/?#@\\]+)$/i

/**
 * Whether a request is a complete CORS preflight: a browser's question before the real request, without a token and
 * without a body (Fetch standard, "CORS-preflight fetch").
 */
export const isPreflight = (facts: RequestFacts): boolean =>
  // the method first: reading a header may make the framework parse all of them
  facts.method === 'OPTIONS' &&
  origin.test(facts.header('origin') ?? '') &&
  token.test(facts.header('access-control-request-method') ?? '') &&
  facts.header('transfer-encoding') === undefined &&
  (facts.header('content-length') ?? '0') === '0'
