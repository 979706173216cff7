/**
 * The wire format of the revocation feed: one codec, with which the server writes and the guard reads.
 *
 * A **snapshot** is everything that is revoked, one signed document of sorted digests. A **change** is one Security
 * Event Token (RFC 8417). A **position** says how far the feed has come. Changes form a chain: each names the one before
 * it, so that a listener notices a missing one. Each part is a JWS signed with a key that signs nothing but the feed.
 *
 * A place in the feed (`seq`) is an integer that only rises: the milliseconds since the epoch at which it was assigned,
 * or one more than the last place if that is higher. So places keep rising even after a restore from a backup. A token
 * carries the newest place that its server had seen before it looked up the token's contents (`rev`): a change with a
 * higher cut invalidates the token, whatever any clock says.
 */
export { type Change, decodeChange, type EventType, encodeChange, eventTypes } from './wire/change.ts'
export {
  type Digest,
  digestBytes,
  digestFromText,
  digestOf,
  digestText,
  type Subject,
} from './wire/digest.ts'
export {
  type FeedAlgorithm,
  FeedError,
  type FeedKey,
  type FeedKeyFinder,
  type FeedSigner,
  feedTypes,
} from './wire/jws.ts'
export { decodePosition, encodePosition, type Position } from './wire/position.ts'
export { decodeSnapshot, encodeSnapshot, type Snapshot } from './wire/snapshot.ts'
export { always, type Entry, type EntryTable, stride } from './wire/table.ts'

/** The members of an issuer's metadata (RFC 8414) that announce its feed and the keys that sign it. */
export const feedMetadata = {
  endpoint: 'gatehouse_revocations_endpoint',
  jwksUri: 'gatehouse_revocations_jwks_uri',
} as const

/** The claim that names the place in the feed up to which a token's claims are current. */
export const placeClaim = 'rev'
