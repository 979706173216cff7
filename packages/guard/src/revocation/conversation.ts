import { randomBytes } from 'node:crypto'
import type { Feed } from './feed.ts'
import {
  type Change,
  decodeChange,
  decodePosition,
  decodeSnapshot,
  FeedError,
  type FeedKeyFinder,
  type Position,
} from './wire.ts'

/** The issuer to follow, and the callbacks for its changes. */
export interface ConversationOptions {
  readonly issuer: string
  readonly keys: FeedKeyFinder
  readonly onChange?: (change: Change) => void
  /** A snapshot was merged; `replaced` if the feed was known before. */
  readonly onSnapshot?: (replaced: boolean) => void
}

/**
 * One connection to the feed, or one request when polling. It begins with a nonce that must come back signed; from there,
 * anything forged, replayed, missing or out of order ends the conversation.
 */
export class Conversation {
  readonly nonce: string = randomBytes(16).toString('base64url')
  readonly #feed: Feed
  readonly #options: ConversationOptions
  readonly #startedAt: number
  #first: Position | undefined
  #lastAsOf = 0
  #hasSnapshot = false

  constructor(feed: Feed, options: ConversationOptions) {
    this.#feed = feed
    this.#options = options
    this.#startedAt = feed.clocks.monotonic()
  }

  /** Whether the server has proven that it answers this very request. */
  get hasBegun(): boolean {
    return this.#first !== undefined
  }

  /** Whether everything that existed when the conversation began has been received. */
  get isComplete(): boolean {
    return this.#first !== undefined && this.#feed.place === this.#first.seq
  }

  async position(jws: string): Promise<void> {
    const position = await decodePosition(jws, this.#options.issuer, this.#options.keys)
    if (position.asOf > position.time) throw new FeedError('a position from the future')
    if (this.#first === undefined) {
      if (position.nonce !== this.nonce) throw new FeedError('the answer to another question')
      this.#first = position
    } else {
      if (position.seq !== this.#feed.place) throw new FeedError('a change was left out')
      if (position.asOf < this.#lastAsOf) throw new FeedError('a position that came before')
    }
    if (position.seq === this.#feed.place) this.#confirm(position)
  }

  async change(jws: string): Promise<void> {
    const first = this.#begun()
    const change = await decodeChange(jws, this.#options.issuer, this.#options.keys)
    if (change.prev !== this.#feed.place) throw new FeedError('a change that does not follow the last one')
    this.#feed.apply(change)
    this.#options.onChange?.(change)
    if (change.seq === first.seq) this.#confirm(first)
  }

  async snapshot(jws: string): Promise<void> {
    const first = this.#begun()
    if (this.#hasSnapshot) throw new FeedError('a second snapshot')
    const snapshot = await decodeSnapshot(jws, this.#options.issuer, this.#options.keys)
    if (snapshot.seq > first.seq) throw new FeedError('a snapshot of what is still to come')
    // by the server's clock: this machine's may be wrong
    if (snapshot.expires * 1000 < first.time) throw new FeedError('a snapshot that has expired')
    this.#hasSnapshot = true
    const replaced = this.#feed.place !== undefined
    this.#feed.load(snapshot)
    this.#options.onSnapshot?.(replaced)
    if (snapshot.seq === first.seq) this.#confirm(first)
  }

  #begun(): Position {
    if (this.#first === undefined) throw new FeedError('a part before the first position')
    return this.#first
  }

  /**
   * The first position was signed after the request was sent, so the time that has passed since then on the server's
   * clock has passed on ours, too.
   */
  #confirm(position: Position): void {
    const { time } = this.#first ?? position
    this.#lastAsOf = position.asOf
    this.#feed.confirm(this.#startedAt + (position.asOf - time))
  }
}
