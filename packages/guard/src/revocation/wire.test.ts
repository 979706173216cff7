import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixtureKey, testFeedKey } from './testing/feed-keys.ts'
import { signPart } from './wire/jws.ts'
import { joinCut, splitCut } from './wire/table.ts'
import {
  always,
  type Change,
  decodeChange,
  decodePosition,
  decodeSnapshot,
  digestFromText,
  digestOf,
  digestText,
  type EntryTable,
  type EventType,
  encodeChange,
  encodePosition,
  encodeSnapshot,
  eventTypes,
  FeedError,
  feedTypes,
  stride,
} from './wire.ts'

const issuer = 'https://issuer.example'
const key = testFeedKey()

interface Fixtures {
  issuer: string
  digests: { subject: 'sid' | 'sub' | 'role' | 'kid'; name: string; text: string }[]
  snapshot: { seq: number; issuedAt: number; expires: number; entries: number[]; jws: string }
  changes: { change: Omit<Change, 'cut'> & { cut: number | 'always' }; jws: string }[]
  position: { seq: number; asOf: number; time: number; nonce: string; jws: string }
}

const fixtures: Fixtures = JSON.parse(readFileSync(new URL('./fixtures/wire.json', import.meta.url), 'utf8'))

test('writes the fixtures byte for byte, and reads them back', async () => {
  const signer = fixtureKey()
  for (const { subject, name, text } of fixtures.digests)
    expect(digestText(digestOf(subject, name))).toBe(text)

  const { jws, entries, ...head } = fixtures.snapshot
  const snapshot = { ...head, issuer: fixtures.issuer, entries: new Uint32Array(entries) }
  expect(encodeSnapshot(snapshot, signer)).toBe(jws)
  expect(await decodeSnapshot(jws, fixtures.issuer, signer.find)).toEqual(snapshot)

  expect(new Set(fixtures.changes.map(({ change }) => change.type))).toEqual(new Set(Object.keys(eventTypes)))
  for (const { change, jws } of fixtures.changes) {
    const full: Change = { ...change, cut: change.cut === 'always' ? always : change.cut }
    expect(encodeChange(full, fixtures.issuer, signer)).toBe(jws)
    expect(await decodeChange(jws, fixtures.issuer, signer.find)).toEqual(full)
  }

  const { jws: signed, ...position } = fixtures.position
  expect(encodePosition(position, fixtures.issuer, signer)).toBe(signed)
  expect(await decodePosition(signed, fixtures.issuer, signer.find)).toEqual(position)
})

test('digests differ between kinds of names, and their text is only read in full', () => {
  expect(digestOf('sub', 'admin')).not.toEqual(digestOf('role', 'admin'))
  const digest = digestOf('sid', 'some session')
  expect(digestFromText(digestText(digest))).toEqual(digest)
  for (const text of ['', 'AAAA', `${digestText(digest)}A`, '++++++++++++++++', 7, undefined]) {
    expect(digestFromText(text)).toBeUndefined()
  }
})

const word = fc.integer({ min: 0, max: 0xffffffff })
const place = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const seconds = word

test('property: any cut survives splitting into two words', () => {
  fc.assert(fc.property(fc.oneof(place, fc.constant(always)), (cut) => joinCut(...splitCut(cut)) === cut))
})

test('property: any snapshot is read back as it was written', async () => {
  const entries = fc
    .uniqueArray(fc.tuple(word, word, word, word, word, word), {
      selector: (e) => `${e[0]}.${e[1]}.${e[2]}`,
      maxLength: 40,
    })
    .map((list): EntryTable => {
      list.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
      return new Uint32Array(list.flat())
    })
  await fc.assert(
    fc.asyncProperty(entries, place, seconds, seconds, async (entries, seq, issuedAt, expires) => {
      const snapshot = { issuer, seq, issuedAt, expires, entries }
      expect(await decodeSnapshot(encodeSnapshot(snapshot, key), issuer, key.find)).toEqual(snapshot)
    }),
  )
})

test('property: any change is read back as it was written', async () => {
  const types = fc.constantFrom(...(Object.keys(eventTypes) as EventType[]))
  await fc.assert(
    fc.asyncProperty(
      types,
      fc.tuple(place, place).filter(([a, b]) => a !== b),
      fc.integer({ min: 0, max: 4e12 }),
      fc.tuple(word, word, word),
      fc.oneof(place, fc.constant(always)),
      seconds,
      async (type, [a, b], at, digest, cut, expires) => {
        const keyed = type.startsWith('key-') ? { kid: 'some key' } : {}
        const change: Change = {
          type,
          seq: Math.max(a, b),
          prev: Math.min(a, b),
          at,
          digest,
          cut,
          expires,
          ...keyed,
        }
        expect(await decodeChange(encodeChange(change, issuer, key), issuer, key.find)).toEqual(change)
      },
    ),
  )
})

test('property: rejects a part with any single character changed', async () => {
  const parts = [
    [encodePosition({ seq: 5, asOf: 10, time: 11, nonce: 'n' }, issuer, key), decodePosition],
    [encodeChange(aChange(), issuer, key), decodeChange],
    [encodeSnapshot(aSnapshot(), key), decodeSnapshot],
  ] as const
  for (const [jws, decode] of parts) {
    await fc.assert(
      fc.asyncProperty(fc.nat(jws.length - 1), fc.constantFrom('A', 'b', '_', '.', ' '), async (at, char) => {
        // the last character of a base64url text has unused bits, which are 0 in a canonical text
        if (jws[at] === char || at === jws.length - 1) return
        await expect(decode(jws.slice(0, at) + char + jws.slice(at + 1), issuer, key.find)).rejects.toThrow(
          FeedError,
        )
      }),
    )
  }
})

test('rejects a part signed with another key, for another issuer, or of another type', async () => {
  const jws = encodeChange(aChange(), issuer, key)
  await expect(decodeChange(jws, issuer, testFeedKey().find)).rejects.toThrow('the signature does not match')
  await expect(decodeChange(jws, issuer, testFeedKey('other').find)).rejects.toThrow(
    'not a feed key of the issuer',
  )
  await expect(decodeChange(jws, 'https://other.example', key.find)).rejects.toThrow("another issuer's feed")
  await expect(decodePosition(jws, issuer, key.find)).rejects.toThrow('another type')
  const claimed = { ...key, alg: 'ES256' as const }
  await expect(decodeChange(encodeChange(aChange(), issuer, claimed), issuer, key.find)).rejects.toThrow(
    'another algorithm',
  )
})

test('rejects a snapshot that is unsorted, has duplicates or is truncated, even with a valid signature', async () => {
  const entry = (d0: number) => [d0, 1, 1, 0, 5, 9]
  const write = (...digests: number[]) =>
    encodeSnapshot({ ...aSnapshot(), entries: new Uint32Array(digests.flatMap(entry)) }, key)
  await expect(decodeSnapshot(write(2, 1), issuer, key.find)).rejects.toThrow('out of order')
  await expect(decodeSnapshot(write(1, 1), issuer, key.find)).rejects.toThrow('out of order')

  const whole = Buffer.from(write(1, 2).split('.')[1] ?? '', 'base64url')
  const cut = signPart(key, feedTypes.snapshot, whole.subarray(0, whole.length - stride * 4))
  await expect(decodeSnapshot(cut, issuer, key.find)).rejects.toThrow('cut')
  await expect(
    decodeSnapshot(signPart(key, feedTypes.snapshot, Buffer.from('x')), issuer, key.find),
  ).rejects.toThrow(FeedError)
})

test('snapshots and changes contain no names', () => {
  const text = (jws: string) => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('latin1')
  expect(
    text(encodeChange({ ...aChange(), digest: digestOf('sub', 'mallory-id') }, issuer, key)),
  ).not.toContain('mallory')
})

function aChange(): Change {
  return {
    type: 'session-revoked',
    seq: 7,
    prev: 3,
    at: 1_700_000_000_123,
    digest: digestOf('sid', 's'),
    cut: always,
    expires: 1_700_000_700,
  }
}

function aSnapshot() {
  return { issuer, seq: 7, issuedAt: 1, expires: 2, entries: new Uint32Array([1, 1, 1, 0, 5, 9]) }
}
