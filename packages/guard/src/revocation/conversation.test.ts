import { beforeEach, expect, test } from 'vitest'
import { Conversation } from './conversation.ts'
import { Feed } from './feed.ts'
import { testFeedKey } from './testing/feed-keys.ts'
import { always, type Change, digestOf, encodeChange, encodePosition, encodeSnapshot } from './wire.ts'

const issuer = 'https://issuer.example'
const key = testFeedKey()
let monotonic = 0
let feed: Feed

beforeEach(() => {
  monotonic = 50_000
  feed = new Feed({ now: () => 1_700_000_000, monotonic: () => monotonic })
})

const converse = () => new Conversation(feed, { issuer, keys: key.find })
const position = (seq: number, asOf: number, nonce?: string, time = asOf) =>
  encodePosition({ seq, asOf, time, ...(nonce === undefined ? {} : { nonce }) }, issuer, key)
const change = (prev: number, seq: number): Change => ({
  type: 'session-revoked',
  prev,
  seq,
  at: 1,
  digest: digestOf('sid', `s${seq}`),
  cut: always,
  expires: 1_700_000_700,
})
const signed = (prev: number, seq: number) => encodeChange(change(prev, seq), issuer, key)
const snapshot = (seq: number, expires = 1_700_003_600) =>
  encodeSnapshot(
    {
      issuer,
      seq,
      issuedAt: 1_700_000_000,
      expires,
      entries: new Uint32Array([1, 2, 3, 0, 5, 1_700_000_700]),
    },
    key,
  )
const isRevoked = (seq: number) => feed.set.cutOf(...digestOf('sid', `s${seq}`)) !== undefined

async function begun(seq = 10): Promise<Conversation> {
  const conversation = converse()
  await conversation.position(position(seq, 1000, conversation.nonce))
  await conversation.snapshot(snapshot(seq))
  return conversation
}

test('a snapshot, changes and positions make the feed complete, with a known age', async () => {
  const conversation = await begun(10)
  expect(feed.age).toBe(0)
  await conversation.change(signed(10, 12))
  expect(isRevoked(12)).toBe(true)
  monotonic += 400
  expect(feed.age).toBe(400)
  await conversation.position(position(12, 1300))
  expect(feed.age).toBe(100)
  expect(feed.place).toBe(12)
})

test('ignores everything until the nonce comes back', async () => {
  const conversation = converse()
  await expect(conversation.snapshot(snapshot(10))).rejects.toThrow('before the first position')
  await expect(conversation.change(signed(10, 11))).rejects.toThrow('before the first position')
  await expect(conversation.position(position(10, 1000))).rejects.toThrow('another question')
  await expect(conversation.position(position(10, 1000, converse().nonce))).rejects.toThrow(
    'another question',
  )
  expect(feed.isLoaded).toBe(false)
})

test('detects a missing change at the next change and at the next position', async () => {
  const conversation = await begun(10)
  await expect(conversation.change(signed(11, 12))).rejects.toThrow('does not follow')
  await expect(conversation.position(position(11, 1100))).rejects.toThrow('left out')
  expect(feed.age).toBe(0)
})

test('rejects a replayed or out-of-order change', async () => {
  const conversation = await begun(10)
  await conversation.change(signed(10, 11))
  await expect(conversation.change(signed(10, 11))).rejects.toThrow('does not follow')
  await conversation.change(signed(11, 12))
  await expect(conversation.change(signed(10, 11))).rejects.toThrow('does not follow')
})

test('a replayed position does not make the feed fresher', async () => {
  const conversation = await begun(10)
  monotonic += 5000
  const old = position(10, 2000)
  await conversation.position(old)
  expect(feed.age).toBe(4000)
  monotonic += 5000
  await conversation.position(old)
  expect(feed.age).toBe(9000)
  await conversation.position(position(10, 9000))
  await expect(conversation.position(old)).rejects.toThrow('came before')
})

test('a server clock that jumps ahead does not make the feed fresher than its arrival', async () => {
  const conversation = await begun(10)
  monotonic += 100
  await conversation.position(position(10, 9_000_000))
  expect(feed.age).toBe(0)
  monotonic += 3000
  expect(feed.age).toBe(3000)
})

test('a server that lost its database does not make the feed look fresh', async () => {
  const conversation = converse()
  await conversation.position(position(10, 1000, conversation.nonce, 31_000))
  await conversation.snapshot(snapshot(10))
  expect(feed.age).toBe(30_000)
})

test('accepts an old snapshot if the changes since then follow', async () => {
  const conversation = converse()
  await conversation.position(position(12, 1000, conversation.nonce))
  await conversation.snapshot(snapshot(10))
  expect(feed.isLoaded).toBe(false)
  await conversation.change(signed(10, 11))
  expect(feed.isLoaded).toBe(false)
  await conversation.change(signed(11, 12))
  expect(feed.isLoaded).toBe(true)
})

test('rejects a snapshot that is too new, expired, or the second one', async () => {
  const conversation = converse()
  await conversation.position(position(10, 1_700_000_000_000, conversation.nonce))
  await expect(conversation.snapshot(snapshot(11))).rejects.toThrow('still to come')
  await expect(conversation.snapshot(snapshot(10, 1_699_999_999))).rejects.toThrow('expired')
  await conversation.snapshot(snapshot(10))
  await expect(conversation.snapshot(snapshot(10))).rejects.toThrow('second')
})

test('after a database restore, continues from the new position and forgets nothing', async () => {
  const conversation = await begun(10)
  await conversation.change(signed(10, 20))
  const later = converse()
  await later.position(position(7, 1000, later.nonce))
  expect(later.isComplete).toBe(false)
  await later.snapshot(snapshot(7))
  expect(later.isComplete).toBe(true)
  expect(isRevoked(20)).toBe(true)
  await later.change(signed(7, 8))
  expect(isRevoked(8)).toBe(true)
})
