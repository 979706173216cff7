import { TokenError } from '../errors.ts'

/** The longest token that is looked at, in characters; Node's own limit for all header fields together is 16 KiB. */
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
 * Takes a token apart.
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
