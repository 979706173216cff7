import {
  always,
  type Change,
  digestFromText,
  type Entry,
  Judge,
  RevocationSet,
} from '@gatehouse/guard/internal/revocation'
import type { CommittedRevocation } from '../../instance.ts'
import type { SequencedRow } from './store.ts'

/** Changes that are kept for listeners that come back. */
const keptChanges = 10_000

/** What this instance knows to be revoked, and the last changes that led there. */
export class KnownRevocations {
  readonly set: RevocationSet = new RevocationSet()
  readonly judge: Judge = new Judge(this.set)
  /** The sequence number up to which everything is known. */
  sequence = 0
  /** The last changes, in order; each names the one before it. */
  #changes: Change[] = []

  /** Adds a revocation that this instance has just committed, before it has its sequence number. */
  addCommitted(row: CommittedRevocation): void {
    // a token made from now on was looked up after the commit, or at least not before the newest number known here
    if (row.cuts !== 'none') this.set.add(entryOf(row, this.sequence + 1))
  }

  /** The next revocation of the feed. */
  append(row: SequencedRow): Change {
    const entry = entryOf(row, row.seq)
    if (row.cuts !== 'none') this.set.add(entry)
    const change: Change = {
      type: row.type,
      seq: row.seq,
      prev: this.sequence,
      at: row.at,
      digest: entry.digest,
      cut: entry.cut,
      expires: entry.expires,
      ...(row.kid === null ? {} : { kid: row.kid }),
    }
    this.sequence = row.seq
    this.#changes.push(change)
    if (this.#changes.length >= keptChanges * 2) this.#changes = this.#changes.slice(-keptChanges)
    return change
  }

  /** Goes on from another sequence number, where the changes in between are not available. What is revoked stays so. */
  jumpTo(sequence: number): void {
    this.sequence = sequence
    this.#changes = []
  }

  /** The changes after a sequence number, if they are all still here. */
  changesAfter(sequence: number): readonly Change[] | undefined {
    if (sequence === this.sequence) return []
    const index = this.#indexAfter(sequence)
    return this.#changes[index]?.prev === sequence ? this.#changes.slice(index) : undefined
  }

  /** The index of the first change with a higher number. Anybody may ask for any number, so the search is binary. */
  #indexAfter(sequence: number): number {
    let [low, high] = [0, this.#changes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#changes[middle]?.seq ?? 0) > sequence) high = middle
      else low = middle + 1
    }
    return low
  }
}

function entryOf({ digest, cuts, expires_at }: CommittedRevocation, sequence: number): Entry {
  const read = digestFromText(digest)
  if (read === undefined) throw new Error('a revocation without a proper digest')
  return { digest: read, cut: cuts === 'all' ? always : cuts === 'older' ? sequence : 0, expires: expires_at }
}
