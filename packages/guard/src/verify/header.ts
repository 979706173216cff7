import { TokenError } from '../errors.ts'
import { isAlgorithm } from './algorithms.ts'
import { decodeBase64url } from './base64url.ts'
import { parseJsonObject } from './json.ts'
import type { Algorithm } from './types.ts'

/** The part of a JOSE header that verification looks at. `jku`, `jwk`, `x5u` and `x5c` are never read. */
export interface TokenHeader {
  readonly alg: Algorithm
  readonly kid: string | undefined
  /** The media type in lower case without `application/`, as RFC 7515, section 4.1.9 compares it. */
  readonly typ: string | undefined
}

/**
 * Reads a token's header. Nothing in it is trusted: it only says which configured key and algorithm to try.
 *
 * @throws TokenError `token_malformed`, `token_algorithm` (`none`, or unknown), `token_header` (`crit`: no extension
 *   is supported, and RFC 7515, section 4.1.11 says to refuse then; `zip`, which belongs to encryption alone)
 */
export function readHeader(segment: string): TokenHeader {
  const bytes = decodeBase64url(segment)
  const header = bytes && parseJsonObject(bytes)
  if (header === undefined) throw new TokenError('token_malformed')
  const { alg, kid, typ, crit, b64, zip } = header
  if (typeof alg !== 'string') throw new TokenError('token_malformed')
  if (!isAlgorithm(alg)) throw new TokenError('token_algorithm')
  // an unencoded payload (RFC 7797) has to be announced in `crit`; without it the header contradicts itself
  if (crit !== undefined || b64 !== undefined) throw new TokenError('token_header')
  // compression is defined for JWE only (RFC 7516, section 4.1.3): a reader that obeys it sees other claims than we do
  if (zip !== undefined) throw new TokenError('token_header')
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) throw new TokenError('token_malformed')
  if (typ !== undefined && typeof typ !== 'string') throw new TokenError('token_malformed')
  return { alg, kid, typ: typ === undefined ? undefined : mediaType(typ) }
}

/** The form in which media types are compared: in lower case, `application/` left away. */
export function mediaType(typ: string): string {
  const lower = typ.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}
