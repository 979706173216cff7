import {
  always,
  type Entry,
  type EntryTable,
  field,
  findEntry,
  joinCut,
  splitCut,
  stride,
  writeEntry,
} from './wire/table.ts'

/** The most entries in the small table before it is merged into the big one. */
const newcomersLimit = 4096

/**
 * Everything that is revoked now, compactly: one big sorted table, and a small one for recent entries. A million entries
 * take about 26 MB, and at most 52 MB while the table grows.
 */
export class RevocationSet {
  #table: EntryTable = new Uint32Array(0)
  #count = 0
  readonly #newcomers: EntryTable = new Uint32Array(newcomersLimit * stride)
  #newcomersCount = 0
  /** Rises with every change, so that results can be cached until the next one. */
  version = 0

  get size(): number {
    return this.#count + this.#newcomersCount
  }

  /** The size of the entries, in bytes. */
  get bytes(): number {
    return this.#table.byteLength + this.#newcomers.byteLength
  }

  /** The cut of a digest's entry, or undefined when it has none. */
  cutOf(d0: number, d1: number, d2: number): number | undefined {
    const index = findEntry(this.#table, this.#count, d0, d1, d2)
    if (index >= 0) return cutAt(this.#table, index)
    if (this.#newcomersCount === 0) return undefined
    const newcomer = findEntry(this.#newcomers, this.#newcomersCount, d0, d1, d2)
    return newcomer >= 0 ? cutAt(this.#newcomers, newcomer) : undefined
  }

  /** Adds an entry. If the digest has one already, the stricter cut and the later expiry win. */
  add(entry: Entry): void {
    const [d0, d1, d2] = entry.digest
    this.version += 1
    const index = findEntry(this.#table, this.#count, d0, d1, d2)
    if (index >= 0) {
      tighten(this.#table, index, entry)
      return
    }
    const newcomer = findEntry(this.#newcomers, this.#newcomersCount, d0, d1, d2)
    if (newcomer >= 0) {
      tighten(this.#newcomers, newcomer, entry)
      return
    }
    const at = ~newcomer * stride
    this.#newcomers.copyWithin(at + stride, at, this.#newcomersCount * stride)
    writeEntry(this.#newcomers, ~newcomer, entry)
    this.#newcomersCount += 1
    if (this.#newcomersCount === newcomersLimit) this.#settle()
  }

  /** Adds all entries of a snapshot's table; an empty set adopts the table instead of copying it. */
  addAll(entries: EntryTable): void {
    this.version += 1
    if (this.size === 0) {
      this.#table = entries
      this.#count = entries.length / stride
      return
    }
    this.#settle()
    const known = this.#table.subarray(0, this.#count * stride)
    this.#table = union(known, entries)
    this.#count = this.#table.length / stride
  }

  /** Removes expired entries; `now` in seconds since the epoch. */
  prune(now: number): void {
    this.#count = keepLiving(this.#table, this.#count, now)
    this.#newcomersCount = keepLiving(this.#newcomers, this.#newcomersCount, now)
  }

  /** A copy of all entries as one sorted table, for a snapshot. */
  toTable(): EntryTable {
    this.#settle()
    return this.#table.slice(0, this.#count * stride)
  }

  /** Merges the small table into the big one, in place, from the end. */
  #settle(): void {
    if (this.#newcomersCount === 0) return
    const total = this.size
    if (total * stride > this.#table.length) {
      // grow by a sixteenth: seldom enough, and the two tables that exist meanwhile stay small
      const grown = new Uint32Array((total + Math.ceil(total / 16)) * stride)
      grown.set(this.#table.subarray(0, this.#count * stride))
      this.#table = grown
    }
    let end = this.#count
    for (let newcomer = this.#newcomersCount - 1; newcomer >= 0; newcomer--) {
      const [d0 = 0, d1 = 0, d2 = 0] = this.#newcomers.subarray(newcomer * stride)
      const start = ~findEntry(this.#table, end, d0, d1, d2)
      // shift the entries above the new one, to make room for it and for the rest
      this.#table.copyWithin((start + newcomer + 1) * stride, start * stride, end * stride)
      const entry = this.#newcomers.subarray(newcomer * stride, (newcomer + 1) * stride)
      this.#table.set(entry, (start + newcomer) * stride)
      end = start
    }
    this.#count = total
    this.#newcomersCount = 0
  }
}

function cutAt(table: EntryTable, index: number): number {
  const at = index * stride
  return joinCut(table[at + field.cutHigh] ?? 0, table[at + field.cutLow] ?? 0)
}

function tighten(table: EntryTable, index: number, { cut, expires }: Pick<Entry, 'cut' | 'expires'>): void {
  const at = index * stride
  const [high, low] = splitCut(Math.max(cut, cutAt(table, index)))
  table[at + field.cutHigh] = high
  table[at + field.cutLow] = low
  table[at + field.expires] = Math.max(expires, table[at + field.expires] ?? 0)
}

function compare(a: EntryTable, i: number, b: EntryTable, j: number): number {
  const x = i * stride
  const y = j * stride
  return (a[x] ?? 0) - (b[y] ?? 0) || (a[x + 1] ?? 0) - (b[y + 1] ?? 0) || (a[x + 2] ?? 0) - (b[y + 2] ?? 0)
}

function keepLiving(table: EntryTable, count: number, now: number): number {
  let kept = 0
  for (let index = 0; index < count; index++) {
    if ((table[index * stride + field.expires] ?? 0) < now) continue
    if (kept !== index) {
      for (let word = 0; word < stride; word++)
        table[kept * stride + word] = table[index * stride + word] ?? 0
    }
    kept += 1
  }
  return kept
}

function union(a: EntryTable, b: EntryTable): EntryTable {
  const result = new Uint32Array(a.length + b.length)
  const [aCount, bCount] = [a.length / stride, b.length / stride]
  let [i, j, count] = [0, 0, 0]
  for (; i < aCount || j < bCount; count++) {
    const order = i === aCount ? 1 : j === bCount ? -1 : compare(a, i, b, j)
    const [source, index] = order <= 0 ? [a, i] : [b, j]
    result.set(source.subarray(index * stride, (index + 1) * stride), count * stride)
    if (order === 0) tighten(result, count, { cut: cutAt(b, j), expires: b[j * stride + field.expires] ?? 0 })
    if (order <= 0) i += 1
    if (order >= 0) j += 1
  }
  return count * stride === result.length ? result : result.slice(0, count * stride)
}

/** Whether an entry with this cut invalidates a token made at `place` or, without one, at `issuedAt` (seconds). */
export function cuts(cut: number, place: number | undefined, issuedAt: number | undefined): boolean {
  if (cut === always) return true
  if (place !== undefined) return place < cut
  // within one second the order is unknown: reject the token, since a refresh returns a newer one
  return issuedAt === undefined || issuedAt * 1000 <= cut
}
