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
/** Changes that one answer may have: more of them would be longer than most snapshots, which are shared by all. */
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
  /** The bytes of a JWS; the same ones for everybody. */
  readonly snapshot?: Uint8Array
  readonly changes: readonly string[]
}

/** Signs the parts of the feed, each once for whoever listens. */
export class Signed {
  readonly #options: SignedOptions
  readonly #changes = new WeakMap<Change, { kid: string; jws: string }>()
  #snapshot: { jws: Uint8Array; kid: string; place: number; until: number } | undefined

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

  /** Whether a listener at `cursor` is so near that changes are enough. */
  isNear(cursor: number | undefined): boolean {
    return this.#changesAfter(cursor) !== undefined
  }

  #changesAfter(place: number | undefined): readonly Change[] | undefined {
    const changes = place === undefined ? undefined : this.#options.board.changesAfter(place)
    return changes !== undefined && changes.length <= mostChanges ? changes : undefined
  }

  /** What a listener at `cursor` lacks; everything, where that is no place that can be continued from. */
  missing(key: FeedSigner, cursor: number | undefined): Missing {
    const since = this.#changesAfter(cursor)
    if (since !== undefined) return { changes: this.changes(key, since) }
    const known = this.#snapshot
    const later = this.#changesAfter(known?.place)
    const usable = known !== undefined && known.kid === key.kid && known.until > this.#options.now()
    if (usable && later !== undefined) return { snapshot: known.jws, changes: this.changes(key, later) }
    return { snapshot: this.#makeSnapshot(key), changes: [] }
  }

  #makeSnapshot(key: FeedSigner): Uint8Array {
    const { issuer, board, now } = this.#options
    const { place } = board
    const issuedAt = Math.floor(now() / 1000)
    const expires = issuedAt + snapshotLifetime
    const entries = board.set.toTable()
    const jws = Buffer.from(encodeSnapshot({ issuer, seq: place, issuedAt, expires, entries }, key), 'latin1')
    // handed out for half of its life, so that nobody gets one that is about to end
    this.#snapshot = { jws, kid: key.kid, place, until: now() + (snapshotLifetime * 1000) / 2 }
    return jws
  }
}
