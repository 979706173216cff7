import {
  type Change,
  encodeChange,
  encodePosition,
  encodeSnapshot,
  type FeedSigner,
  type Position,
} from '@gatehouse/guard/internal/revocation'
import type { KnownRevocations } from './known.ts'

/** Seconds for which a snapshot may be handed out. */
const snapshotLifetime = 3600
/** Changes that one answer may have: more would be longer than most snapshots, which are shared by all. */
const maxChanges = 2000

export interface SignedFeedOptions {
  readonly issuer: string
  readonly known: KnownRevocations
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

/** Signs the parts of the feed, each once for all listeners. */
export class SignedFeed {
  readonly #options: SignedFeedOptions
  readonly #changes = new WeakMap<Change, { kid: string; jws: string }>()
  #snapshot: { jws: Uint8Array; kid: string; sequence: number; until: number } | undefined

  constructor(options: SignedFeedOptions) {
    this.#options = options
  }

  /** The key that signs now. The other methods take it, so that nothing changes while an answer is put together. */
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

  /** Whether a listener at `sequence` is so near that changes are enough. */
  isNear(sequence: number | undefined): boolean {
    return this.#changesAfter(sequence) !== undefined
  }

  #changesAfter(sequence: number | undefined): readonly Change[] | undefined {
    const changes = sequence === undefined ? undefined : this.#options.known.changesAfter(sequence)
    return changes !== undefined && changes.length <= maxChanges ? changes : undefined
  }

  /** What a listener at `sequence` lacks; everything, where there is no going on from that. */
  missing(key: FeedSigner, sequence: number | undefined): Missing {
    const since = this.#changesAfter(sequence)
    if (since !== undefined) return { changes: this.changes(key, since) }
    const known = this.#snapshot
    const later = this.#changesAfter(known?.sequence)
    const usable = known !== undefined && known.kid === key.kid && known.until > this.#options.now()
    if (usable && later !== undefined) return { snapshot: known.jws, changes: this.changes(key, later) }
    return { snapshot: this.#makeSnapshot(key), changes: [] }
  }

  #makeSnapshot(key: FeedSigner): Uint8Array {
    const { issuer, known, now } = this.#options
    const { sequence } = known
    const issuedAt = Math.floor(now() / 1000)
    const expires = issuedAt + snapshotLifetime
    const entries = known.set.toTable()
    const jws = Buffer.from(
      encodeSnapshot({ issuer, seq: sequence, issuedAt, expires, entries }, key),
      'latin1',
    )
    // handed out for half of its life, so that nobody gets one that is about to end
    this.#snapshot = { jws, kid: key.kid, sequence, until: now() + (snapshotLifetime * 1000) / 2 }
    return jws
  }
}
