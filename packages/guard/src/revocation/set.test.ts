import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cuts, RevocationSet } from './set.ts'
import { always, digestOf, type Entry, stride } from './wire.ts'

test('finds an entry by its digest alone', () => {
  const set = new RevocationSet()
  const [d0, d1, d2] = digestOf('sid', 'one')
  set.add({ digest: [d0, d1, d2], cut: always, expires: 100 })
  expect(set.cutOf(d0, d1, d2)).toBe(always)
  expect(set.cutOf(d0, d1, d2 ^ 1)).toBeUndefined()
  expect(set.cutOf(d0, d1 ^ 1, d2)).toBeUndefined()
})

test('keeps the stricter cut and the later expiry of two entries with one digest', () => {
  for (const settled of [false, true]) {
    const set = new RevocationSet()
    const digest = digestOf('sub', 'one')
    set.add({ digest, cut: 50, expires: 100 })
    if (settled) set.toTable()
    set.add({ digest, cut: 40, expires: 200 })
    expect(set.size).toBe(1)
    expect(set.cutOf(...digest)).toBe(50)
    set.prune(150)
    expect(set.size).toBe(1)
    set.prune(201)
    expect(set.size).toBe(0)
    expect(set.cutOf(...digest)).toBeUndefined()
  }
})

test('property: behaves like a plain map, in any order of operations', () => {
  // few distinct digests, so that they repeat and share words
  const small = fc.integer({ min: 0, max: 3 })
  const entry: fc.Arbitrary<Entry> = fc.record({
    digest: fc.tuple(
      small.map((n) => n * 0x3fffffff),
      small,
      small,
    ),
    cut: fc.oneof(fc.integer({ min: 0, max: 2 ** 50 }), fc.constant(always)),
    expires: fc.integer({ min: 1, max: 20 }),
  })
  const step = fc.oneof(
    { weight: 8, arbitrary: entry.map((entry) => ({ kind: 'add' as const, entry })) },
    { weight: 1, arbitrary: fc.array(entry).map((entries) => ({ kind: 'all' as const, entries })) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }).map((now) => ({ kind: 'prune' as const, now })) },
    { weight: 1, arbitrary: fc.constant({ kind: 'table' as const }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const set = new RevocationSet()
      const map = new Map<string, Entry>()
      const remember = (entry: Entry) => {
        const name = entry.digest.join()
        const known = map.get(name)
        map.set(name, {
          digest: entry.digest,
          cut: Math.max(entry.cut, known?.cut ?? 0),
          expires: Math.max(entry.expires, known?.expires ?? 0),
        })
      }
      for (const step of steps) {
        if (step.kind === 'add') {
          set.add(step.entry)
          remember(step.entry)
        } else if (step.kind === 'all') {
          const other = new RevocationSet()
          for (const entry of step.entries) other.add(entry)
          set.addAll(other.toTable())
          for (const entry of step.entries) remember(entry)
        } else if (step.kind === 'prune') {
          set.prune(step.now)
          for (const [name, { expires }] of map) if (expires < step.now) map.delete(name)
        } else {
          expect(set.toTable().length).toBe(map.size * stride)
        }
      }
      expect(set.size).toBe(map.size)
      for (const { digest, cut } of map.values()) expect(set.cutOf(...digest)).toBe(cut)
    }),
    { numRuns: 300 },
  )
})

test('finds each of many entries, and nothing else', () => {
  const set = new RevocationSet()
  for (let i = 0; i < 20_000; i++) set.add({ digest: digestOf('sid', `in ${i}`), cut: i, expires: 100 })
  expect(set.size).toBe(20_000)
  for (let i = 0; i < 20_000; i++) {
    expect(set.cutOf(...digestOf('sid', `in ${i}`))).toBe(i)
    expect(set.cutOf(...digestOf('sid', `out ${i}`))).toBeUndefined()
  }
})

test('finds digests that are not evenly distributed, too', () => {
  const set = new RevocationSet()
  for (let i = 0; i < 10_000; i++) set.add({ digest: [7, i % 3, i], cut: i, expires: 1 })
  for (let i = 0; i < 10_000; i++) expect(set.cutOf(7, i % 3, i)).toBe(i)
})

test('a cut rejects tokens made before it, by their place in the feed, or else by their time', () => {
  expect(cuts(always, Number.MAX_SAFE_INTEGER, 9e9)).toBe(true)
  expect(cuts(1000, 999, 9e9)).toBe(true)
  expect(cuts(1000, 1000, 0)).toBe(false)
  expect(cuts(1_700_000_000_500, undefined, 1_700_000_000)).toBe(true)
  expect(cuts(1_700_000_000_500, undefined, 1_700_000_001)).toBe(false)
  expect(cuts(1_700_000_000_500, undefined, undefined)).toBe(true)
})
