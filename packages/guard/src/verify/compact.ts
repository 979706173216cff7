import { TokenError } from '../errors.ts'
import { isAlgorithm } from './algorithms.ts'
import { parseJsonObject } from './json.ts'
import type { Algorithm } from './types.ts'

/** The longest accepted token, in characters; Node's limit for all header fields together is 16 KiB. */
export const maxTokenLength = 16_384

/** The three parts of a JWS in compact serialization (RFC 7515, section 7.1), none of them decoded yet. */
export interface Compact {
  readonly header: string
  readonly payload: string
  readonly signature: string
  /** What was signed: header and payload with the dot between them. */
  readonly signingInput: string
}

/**
 * Splits a token into its parts.
 *
 * @throws TokenError `token_malformed` unless there are exactly three parts, none empty; `token_too_large` above 16 KiB
 */
export function splitCompact(token: string): Compact {
  if (typeof token !== 'string') throw new TokenError('token_malformed')
  if (token.length > maxTokenLength) throw new TokenError('token_too_large')
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 1 || second <= first + 1 || second === token.length - 1 || token.includes('.', second + 1)) {
    throw new TokenError('token_malformed')
  }
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signingInput: token.slice(0, second),
  }
}

/** The part of a JOSE header that verification uses. `jku`, `jwk`, `x5u` and `x5c` are never read. */
export interface TokenHeader {
  readonly alg: Algorithm
  readonly kid: string | undefined
  /** The media type in lower case without `application/`, as RFC 7515, section 4.1.9 compares it. */
  readonly typ: string | undefined
}

/**
 * Parses a token's header. Nothing in it is trusted: it only selects a configured key and algorithm.
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
  // compression is defined for JWE only (RFC 7516, section 4.1.3): a reader that applies it would see other claims
  if (zip !== undefined) throw new TokenError('token_header')
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) throw new TokenError('token_malformed')
  if (typ !== undefined && typeof typ !== 'string') throw new TokenError('token_malformed')
  return { alg, kid, typ: typ === undefined ? undefined : mediaType(typ) }
}

/** Normalizes a media type for comparison: lower case, without `application/`. */
export function mediaType(typ: string): string {
  const lower = typ.toLowerCase()
  return lower.startsWith('application/') ? lower.slice('application/'.length) : lower
}

/**
 * Decodes base64url (RFC 4648, section 5) in its one canonical spelling: no padding, no other alphabet, no white
 * space, no stray bits in the last character. Returns undefined for anything else.
 *
 * Several spellings of one value would make one token look like several, which matters wherever tokens are compared.
 */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  // re-encoding is a complete check: Node's decoder skips invalid characters, so only canonical text comes out equal
  return bytes.toString('base64url') === text ? bytes : undefined
}
