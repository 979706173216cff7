import { RevocationSet } from './set.ts'
import type { Change, Snapshot } from './wire.ts'

/** How often entries that have expired are looked for; milliseconds. */
const pruneInterval = 60_000

/** Seconds since the epoch, and milliseconds of a clock that only goes forward. */
export interface Clocks {
  readonly now: () => number
  readonly monotonic: () => number
}

/** What a guard knows of its issuer's feed: the entries, how far they reach, and up to when they are complete. */
export class Feed {
  readonly set: RevocationSet = new RevocationSet()
  readonly clocks: Clocks
  /** The place of the newest change that is in the set; undefined before the first snapshot. */
  place: number | undefined
  /** When the feed was complete, on the monotonic clock. */
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
   * Takes a snapshot in. What was known before stays until it expires: a database that was restored from a backup has
   * forgotten revocations that were promised.
   */
  load(snapshot: Snapshot): void {
    this.set.addAll(snapshot.entries)
    this.place = snapshot.seq
  }

  /** Notes that nothing was missing at `moment` of the monotonic clock. */
  confirm(moment: number): void {
    const now = this.clocks.monotonic()
    this.#completeAt = Math.max(this.#completeAt, Math.min(moment, now))
    if (now - this.#prunedAt < pruneInterval) return
    this.#prunedAt = now
    this.set.prune(this.clocks.now())
  }
}
