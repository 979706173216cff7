import { type Digest, digestFromText, digestText } from './digest.ts'
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
import { always } from './table.ts'

/** What happened; the first three are events of CAEP 1.0. */
export const eventTypes = {
  'session-revoked': 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
  'token-claims-change': 'https://schemas.openid.net/secevent/caep/event-type/token-claims-change',
  'credential-change': 'https://schemas.openid.net/secevent/caep/event-type/credential-change',
  'key-published': 'urn:gatehouse:secevent:event-type:key-published',
  'key-revoked': 'urn:gatehouse:secevent:event-type:key-revoked',
} as const

export type EventType = keyof typeof eventTypes

/** One change of what is revoked. */
export interface Change {
  readonly type: EventType
  /** Its place in the feed. */
  readonly seq: number
  /** The place of the change before it, to detect a missing one. */
  readonly prev: number
  /** When it happened; milliseconds since the epoch. */
  readonly at: number
  readonly digest: Digest
  /** Tokens made before this place in the feed are invalid; `always`: all tokens. 0: none (a published key). */
  readonly cut: number
  /** Seconds since the epoch after which the change is obsolete. */
  readonly expires: number
  /** The key that was published or dropped: key identifiers are public. */
  readonly kid?: string
}

/** Signs a change as a Security Event Token (RFC 8417): once, for all listeners. */
export function encodeChange(change: Change, issuer: string, signer: FeedSigner): string {
  const { type, seq, prev, at, digest, cut, expires, kid } = change
  const event = {
    event_timestamp: Math.floor(at / 1000),
    cut: cut === always ? 'always' : cut,
    expires,
    ...(kid === undefined ? {} : { kid }),
  }
  const claims = {
    iss: issuer,
    iat: Math.floor(at / 1000),
    jti: String(seq),
    seq,
    prev,
    toe: at / 1000,
    sub_id: { format: 'opaque', id: digestText(digest) },
    events: { [eventTypes[type]]: event },
  }
  return signPart(signer, feedTypes.change, Buffer.from(JSON.stringify(claims)))
}

/**
 * Checks and reads a change.
 *
 * @throws FeedError when it is forged, from another issuer, or malformed
 */
export async function decodeChange(jws: string, issuer: string, keys: FeedKeyFinder): Promise<Change> {
  const claims = parseObject(await openPart(jws, feedTypes.change, keys))
  requireIssuer(claims, issuer)
  const { events, sub_id: subject } = claims
  const [first, ...others] = Object.entries(object(events))
  const [uri, value] = first ?? []
  const type = (Object.keys(eventTypes) as EventType[]).find((name) => eventTypes[name] === uri)
  if (others.length > 0 || type === undefined) throw new FeedError('a change of an unknown kind')
  const event = object(value)
  const { id } = object(subject)
  const digest = digestFromText(id)
  if (digest === undefined) throw new FeedError('a change that names nobody')
  const seq = wholeNumber(claims, 'seq')
  const prev = wholeNumber(claims, 'prev')
  if (prev >= seq) throw new FeedError('a change that does not follow what it says it follows')
  const { kid, cut } = event
  if (type.startsWith('key-') && typeof kid !== 'string') throw new FeedError('a key change without the key')
  return {
    type,
    seq,
    prev,
    at: Math.round(timeOfEvent(claims) * 1000),
    digest,
    cut: cut === 'always' ? always : wholeNumber(event, 'cut'),
    expires: wholeNumber(event, 'expires'),
    ...(typeof kid === 'string' ? { kid } : {}),
  }
}

function timeOfEvent(claims: Record<string, unknown>): number {
  const { toe } = claims
  if (typeof toe !== 'number' || !Number.isFinite(toe)) throw new FeedError('a change without its time')
  return toe
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new FeedError('a change without a part that it must have')
  return Object.fromEntries(Object.entries(value))
}
