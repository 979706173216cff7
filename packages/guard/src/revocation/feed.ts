import { RevocationSet } from './set.ts'
import type { Change, Snapshot } from './wire.ts'

/** Milliseconds between sweeps of expired entries. */
const pruneInterval = 60_000

/** Seconds since the epoch, and milliseconds of a clock that only goes forward. */
export interface Clocks {
  readonly now: () => number
  readonly monotonic: () => number
}

/** A guard's copy of its issuer's feed: the entries, the newest place, and the time up to which they are complete. */
export class Feed {
  readonly set: RevocationSet = new RevocationSet()
  readonly clocks: Clocks
  /** The place of the newest change that is in the set; undefined before the first snapshot. */
  place: number | undefined
  /** When the feed was last known to be complete, on the monotonic clock. */
  #completeAt = Number.NEGATIVE_INFINITY
  #prunedAt: number

  constructor(clocks: Clocks) {
    this.clocks = clocks
    this.#prunedAt = clocks.monotonic()
  }

  /** Milliseconds since the feed was known to be complete; infinite before the first time. */
  get age(): number {
    return this.clocks.monotonic() - this.#completeAt
  }

  get isLoaded(): boolean {
    return this.#completeAt !== Number.NEGATIVE_INFINITY
  }

  apply(change: Change): void {
    const { digest, cut, expires } = change
    if (cut > 0) this.set.add({ digest, cut, expires })
    this.place = change.seq
  }

  /**
   * Merges a snapshot. Existing entries stay until they expire: a database restored from a backup has forgotten
   * revocations that were already announced.
   */
  load(snapshot: Snapshot): void {
    this.set.addAll(snapshot.entries)
    this.place = snapshot.seq
  }

  /** Records that the feed was complete at `moment` of the monotonic clock. */
  confirm(moment: number): void {
    const now = this.clocks.monotonic()
    this.#completeAt = Math.max(this.#completeAt, Math.min(moment, now))
    if (now - this.#prunedAt < pruneInterval) return
    this.#prunedAt = now
    this.set.prune(this.clocks.now())
  }
}
