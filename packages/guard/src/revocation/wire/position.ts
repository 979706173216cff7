import {
  FeedError,
  type FeedKeyFinder,
  type FeedSigner,
  feedTypes,
  openPart,
  parseObject,
  requireIssuer,
  signPart,
  wholeNumber,
} from './jws.ts'

/**
 * How far the feed has come. Every answer begins with one that repeats the listener's nonce, which rules out a replay;
 * later ones, a second apart, show that nothing was withheld since.
 */
export interface Position {
  /** The place of the newest change. */
  readonly seq: number
  /** Up to when the server knows of every change: milliseconds of its own clock, which never goes back. */
  readonly asOf: number
  /** When this was signed, on the same clock. */
  readonly time: number
  readonly nonce?: string
}

/** Signs a position. */
export function encodePosition(position: Position, issuer: string, signer: FeedSigner): string {
  const { seq, asOf, time, nonce } = position
  const claims = { iss: issuer, seq, as_of: asOf, time, ...(nonce === undefined ? {} : { nonce }) }
  return signPart(signer, feedTypes.position, Buffer.from(JSON.stringify(claims)))
}

/**
 * Checks and reads a position.
 *
 * @throws FeedError when it is forged, from another issuer, or malformed
 */
export async function decodePosition(jws: string, issuer: string, keys: FeedKeyFinder): Promise<Position> {
  const claims = parseObject(await openPart(jws, feedTypes.position, keys))
  requireIssuer(claims, issuer)
  const { nonce } = claims
  if (nonce !== undefined && typeof nonce !== 'string') throw new FeedError('no proper nonce')
  return {
    seq: wholeNumber(claims, 'seq'),
    asOf: wholeNumber(claims, 'as_of'),
    time: wholeNumber(claims, 'time'),
    ...(nonce === undefined ? {} : { nonce }),
  }
}
