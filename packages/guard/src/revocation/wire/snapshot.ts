import { digestBytes } from './digest.ts'
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
import { type EntryTable, stride } from './table.ts'

/** Everything that is revoked at one place in the feed. */
export interface Snapshot {
  readonly issuer: string
  /** The place in the feed: every change up to this one is included. */
  readonly seq: number
  /** Seconds since the epoch. */
  readonly issuedAt: number
  /** Seconds since the epoch after which it must no longer be served. */
  readonly expires: number
  /** The entries, sorted by digest, no digest twice. */
  readonly entries: EntryTable
}

/** Bytes of an entry: digest, cut, expiry. */
const entryBytes = digestBytes + 8 + 4

/**
 * Signs a snapshot as one document: the length of its head in four bytes, the head in JSON, then the entries, 24
 * bytes each, in big-endian order. It contains no names and no reasons.
 */
export function encodeSnapshot(snapshot: Snapshot, signer: FeedSigner): string {
  const { issuer, seq, issuedAt, expires, entries } = snapshot
  const count = entries.length / stride
  const head = Buffer.from(JSON.stringify({ v: 1, iss: issuer, seq, iat: issuedAt, exp: expires, count }))
  const payload = Buffer.allocUnsafe(4 + head.length + count * entryBytes)
  payload.writeUInt32BE(head.length, 0)
  head.copy(payload, 4)
  const view = new DataView(payload.buffer, payload.byteOffset + 4 + head.length)
  for (let word = 0; word < entries.length; word++) view.setUint32(word * 4, entries[word] ?? 0)
  return signPart(signer, feedTypes.snapshot, payload)
}

/**
 * Checks and reads a snapshot.
 *
 * @throws FeedError when it is forged, from another issuer, unsorted or truncated
 */
export async function decodeSnapshot(jws: string, issuer: string, keys: FeedKeyFinder): Promise<Snapshot> {
  const payload = await openPart(jws, feedTypes.snapshot, keys)
  const headLength = payload.length >= 4 ? payload.readUInt32BE(0) : Number.POSITIVE_INFINITY
  if (4 + headLength > payload.length) throw new FeedError('a snapshot without its head')
  const head = parseObject(payload.subarray(4, 4 + headLength))
  const { v: version } = head
  if (version !== 1) throw new FeedError('a snapshot of another version')
  requireIssuer(head, issuer)
  const body = payload.subarray(4 + headLength)
  if (body.length !== wholeNumber(head, 'count') * entryBytes) throw new FeedError('a snapshot that was cut')
  return {
    issuer,
    seq: wholeNumber(head, 'seq'),
    issuedAt: wholeNumber(head, 'iat'),
    expires: wholeNumber(head, 'exp'),
    entries: readEntries(body),
  }
}

function readEntries(body: Buffer): EntryTable {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const entries = new Uint32Array(body.length / 4)
  for (let word = 0; word < entries.length; word++) entries[word] = view.getUint32(word * 4)
  for (let at = stride; at < entries.length; at += stride) {
    if (!ascends(entries, at)) throw new FeedError('a snapshot out of order')
  }
  return entries
}

function ascends(entries: EntryTable, at: number): boolean {
  for (let word = 0; word < 3; word++) {
    const step = (entries[at + word] ?? 0) - (entries[at + word - stride] ?? 0)
    if (step !== 0) return step > 0
  }
  return false
}
