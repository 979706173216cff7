import {
  type Change,
  encodeChange,
  encodePosition,
  encodeSnapshot,
  type FeedSigner,
  type Position,
} from '@gatehouse/guard/revocation'
import type { Board } from './board.ts'

/** Seconds for which a snapshot may be handed out. */
const snapshotLifetime = 3600
/** Changes that may follow a snapshot before it is made anew. */
const mostChanges = 2000

export interface SignedOptions {
  readonly issuer: string
  readonly board: Board
  readonly signer: () => Promise<FeedSigner>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What a listener lacks: perhaps a snapshot, then changes. */
export interface Missing {
  readonly snapshot?: string
  readonly changes: readonly string[]
}

/** Signs the parts of the feed, each once for whoever listens. */
export class Signed {
  readonly #options: SignedOptions
  readonly #changes = new WeakMap<Change, { kid: string; jws: string }>()
  #snapshot: { jws: string; kid: string; place: number; until: number } | undefined

  constructor(options: SignedOptions) {
    this.#options = options
  }

  /** The key that signs now. What follows takes it, so that nothing changes while an answer is put together. */
  key(): Promise<FeedSigner> {
    return this.#options.signer()
  }

  position(key: FeedSigner, position: Position): string {
    return encodePosition(position, this.#options.issuer, key)
  }

  changes(key: FeedSigner, changes: readonly Change[]): string[] {
    return changes.map((change) => {
      const known = this.#changes.get(change)
      // what a key signed that has been dropped since is worth nothing
      if (known !== undefined && known.kid === key.kid) return known.jws
      const jws = encodeChange(change, this.#options.issuer, key)
      this.#changes.set(change, { kid: key.kid, jws })
      return jws
    })
  }

  /** What a listener at `cursor` lacks; everything, where that is no place that can be continued from. */
  missing(key: FeedSigner, cursor: number | undefined): Missing {
    const { board, now } = this.#options
    const since = cursor === undefined ? undefined : board.changesAfter(cursor)
    if (since !== undefined) return { changes: this.changes(key, since) }
    const known = this.#snapshot
    const later = known === undefined ? undefined : board.changesAfter(known.place)
    const usable = known !== undefined && known.kid === key.kid && known.until > now()
    if (usable && later !== undefined && later.length <= mostChanges) {
      return { snapshot: known.jws, changes: this.changes(key, later) }
    }
    return { snapshot: this.#makeSnapshot(key), changes: [] }
  }

  #makeSnapshot(key: FeedSigner): string {
    const { issuer, board, now } = this.#options
    const { place } = board
    const issuedAt = Math.floor(now() / 1000)
    const expires = issuedAt + snapshotLifetime
    const jws = encodeSnapshot({ issuer, seq: place, issuedAt, expires, entries: board.set.toTable() }, key)
    // handed out for half of its life, so that nobody gets one that is about to end
    this.#snapshot = { jws, kid: key.kid, place, until: now() + (snapshotLifetime * 1000) / 2 }
    return jws
  }
}
