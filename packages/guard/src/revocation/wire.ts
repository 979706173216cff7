/**
 * The revocation feed on the wire: the one codec that the server writes with and the guard reads with.
 *
 * A **snapshot** is everything that is revoked, one signed document of sorted digests. A **change** is one Security
 * Event Token (RFC 8417). A **position** says how far the feed has come. Changes are a chain: each names the one before
 * it, so that a listener notices one that was left out. Each part is a JWS by a key that signs nothing but the feed.
 *
 * A place in the feed (`seq`) is a whole number that only rises: the milliseconds since the epoch at which it was given,
 * or one more than the last where that is higher. So numbers go on rising even after the database was restored from a
 * backup. A token carries the newest place that its server had seen before it looked up what to put in (`rev`): a
 * change whose cut is higher makes the token bad, whatever anybody's clock says.
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

/** The claim of a token that says which place of the feed its claims are as new as. */
export const placeClaim = 'rev'
