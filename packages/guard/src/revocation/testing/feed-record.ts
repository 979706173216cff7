import { RevocationSet } from '../set.ts'
import { type Change, encodeChange, encodePosition, encodeSnapshot, type FeedSigner } from '../wire.ts'

/** Everything that a test feed has announced so far, signed as a server signs it. */
export abstract class FeedRecord {
  abstract get issuer(): string
  /** The current signing key. */
  abstract readonly key: FeedSigner
  changes: Change[] = []
  /** The place before the first of `changes`. */
  base: number

  constructor(base: number) {
    this.base = base
  }

  get place(): number {
    return this.changes.at(-1)?.seq ?? this.base
  }

  /** Adds a change at the next place, or at `seq` where that is later; also returns it as it is sent. */
  add(change: Omit<Change, 'seq' | 'prev' | 'at'>, seq: number = 0): { next: Change; signed: string } {
    const next = { ...change, prev: this.place, seq: Math.max(this.place + 1, seq), at: Date.now() }
    this.changes.push(next)
    return { next, signed: this.#sign(next) }
  }

  position(nonce?: string, time: number = Math.floor(performance.now())): string {
    const position = { seq: this.place, asOf: time, time, ...(nonce === undefined ? {} : { nonce }) }
    return encodePosition(position, this.issuer, this.key)
  }

  /** What a listener at `cursor` has missed: changes if the cursor is known, or else a snapshot. */
  missing(cursor: number | undefined): { snapshot?: string; changes: string[] } {
    const known = cursor === this.base || this.changes.some(({ seq }) => seq === cursor)
    if (cursor === undefined || !known) return { snapshot: this.snapshot(), changes: [] }
    return { changes: this.changes.filter(({ seq }) => seq > cursor).map((change) => this.#sign(change)) }
  }

  snapshot(): string {
    const set = new RevocationSet()
    for (const { digest, cut, expires } of this.changes) if (cut > 0) set.add({ digest, cut, expires })
    const issuedAt = Math.floor(Date.now() / 1000)
    const head = { issuer: this.issuer, seq: this.place, issuedAt, expires: issuedAt + 3600 }
    return encodeSnapshot({ ...head, entries: set.toTable() }, this.key)
  }

  #sign(change: Change): string {
    return encodeChange(change, this.issuer, this.key)
  }
}

/** An event of a stream. */
export const frame = (event: string, data: string): string => `event: ${event}\ndata: ${data}\n\n`
