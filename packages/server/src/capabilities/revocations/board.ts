import {
  always,
  type Change,
  digestFromText,
  type Entry,
  Judge,
  RevocationSet,
} from '@gatehouse/guard/revocation'
import type { PlacedRow, RevocationRow } from './store.ts'

/** Changes that are kept for listeners who come back. */
const keptChanges = 10_000

/** What this instance knows to be revoked, and how it came about. */
export class Board {
  readonly set: RevocationSet = new RevocationSet()
  readonly judge: Judge = new Judge(this.set)
  /** The place up to which everything is known. */
  place = 0
  /** The last changes, in order; each names the one before it. */
  #changes: Change[] = []

  /** A revocation that this instance has just committed, before it has its place. */
  hear(row: RevocationRow): void {
    // whoever is given a token from now on looked after the commit, or at least not before the last place known here
    if (row.cuts !== 'none') this.set.add(entryOf(row, this.place + 1))
  }

  /** The next revocation of the feed. */
  append(row: PlacedRow): Change {
    const entry = entryOf(row, row.seq)
    if (row.cuts !== 'none') this.set.add(entry)
    const change: Change = {
      type: row.type,
      seq: row.seq,
      prev: this.place,
      at: row.at,
      digest: entry.digest,
      cut: entry.cut,
      expires: entry.expires,
      ...(row.kid === null ? {} : { kid: row.kid }),
    }
    this.place = row.seq
    this.#changes.push(change)
    if (this.#changes.length >= keptChanges * 2) this.#changes = this.#changes.slice(-keptChanges)
    return change
  }

  /** Goes on from another place, where the changes in between are not to be had. What is revoked stays so. */
  jumpTo(place: number): void {
    this.place = place
    this.#changes = []
  }

  /** The changes after a place, if they are all still here. */
  changesAfter(place: number): readonly Change[] | undefined {
    if (place === this.place) return []
    const index = this.#indexAfter(place)
    return this.#changes[index]?.prev === place ? this.#changes.slice(index) : undefined
  }

  /** Where the first change is whose place is higher: anybody may ask about any place, so it is not searched one by one. */
  #indexAfter(place: number): number {
    let [low, high] = [0, this.#changes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#changes[middle]?.seq ?? 0) > place) high = middle
      else low = middle + 1
    }
    return low
  }
}

function entryOf({ digest, cuts, expires_at }: RevocationRow, place: number): Entry {
  const read = digestFromText(digest)
  if (read === undefined) throw new Error('a revocation without a proper digest')
  return { digest: read, cut: cuts === 'all' ? always : cuts === 'older' ? place : 0, expires: expires_at }
}
