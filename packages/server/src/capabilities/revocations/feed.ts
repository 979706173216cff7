import type { Claims, Jwks } from '@gatehouse/guard'
import type { Change, EventType, FeedSigner } from '@gatehouse/guard/revocation'
import type { Context } from '../../platform/context.ts'
import { type Listening, listenTo } from '../../platform/db/signals.ts'
import { Board } from './board.ts'
import { Follower } from './follow.ts'
import { Hearing } from './hearing.ts'
import { type ListenerLimits, Listeners } from './listeners.ts'
import { channel } from './revoke.ts'
import { type Missing, Signed } from './signed.ts'
import type { RevocationRow } from './store.ts'
import { countQuestion, countSnapshot } from './throttling.ts'

/** Milliseconds between two signs of life to listeners. */
const beatInterval = 1000
/** Milliseconds that this instance's knowledge may lag before it asks the database instead. */
const largestLag = 1000

export interface FeedOptions {
  /** The key that signs the feed now. */
  readonly signer: () => Promise<FeedSigner>
  /** The keys that its signatures are checked with. */
  readonly keys: () => Promise<Jwks>
  readonly limits?: ListenerLimits
  /** Milliseconds since the epoch that never go back. */
  readonly monotonic?: () => number
  /** Milliseconds between two looks at the database, for tests of what makes it faster. */
  readonly pollInterval?: number
}

/** A key that was published, or dropped. */
export type KeyNews = (kid: string, dropped: boolean) => void

/** What a listener says of itself. */
export interface Question {
  readonly cursor: number | undefined
  readonly nonce: string | undefined
}

/** One answer to a question, when polling. */
export interface Answer extends Missing {
  readonly position: string
  readonly place: number
}

/** The revocation feed of one instance: follows the database, and tells guards. */
export class RevocationFeed {
  readonly #ctx: Context
  readonly #board = new Board()
  readonly #follower: Follower
  readonly #signed: Signed
  readonly #listeners: Listeners
  readonly #options: FeedOptions
  readonly #hearing: Hearing
  readonly #keyNews: KeyNews[] = []
  readonly #now: () => number
  #beat: NodeJS.Timeout | undefined
  #listening: Listening | undefined

  constructor(ctx: Context, options: FeedOptions) {
    this.#ctx = ctx
    this.#options = options
    this.#now = options.monotonic ?? (() => performance.timeOrigin + performance.now())
    this.#listeners = new Listeners(options.limits ?? { inAll: 10_000, byAddress: 500 })
    this.#hearing = new Hearing(ctx.log)
    this.#signed = new Signed({
      issuer: ctx.config.issuer,
      board: this.#board,
      signer: options.signer,
      now: () => ctx.clock.now(),
    })
    this.#follower = new Follower(ctx, this.#board, {
      monotonic: this.#now,
      onLook: (changes) => this.#heardNews(changes),
      onJump: () => this.#listeners.closeAll(),
      pollInterval: options.pollInterval,
    })
  }

  /** Reads what is revoked, and follows the database from there. */
  async start(): Promise<void> {
    const { database, databaseListen } = this.#ctx.config
    await this.#follower.start()
    if (database.kind === 'postgres' && databaseListen) {
      this.#listening = listenTo(database.url, channel, {
        onListening: () => {
          this.#hearing.began()
          void this.#follower.kick()
        },
        onSignal: () => {
          this.#hearing.heard()
          void this.#follower.kick()
        },
      })
    }
    this.#beat = setInterval(() => void this.#tell(), beatInterval)
    this.#beat.unref()
    this.#ctx.metrics.gauge(
      'feed_listeners',
      'Guards that listen to the revocation feed.',
      () => this.#listeners.size,
    )
    this.#ctx.metrics.gauge('feed_entries', 'Revocations that are in force.', () => this.#board.set.size)
    this.#ctx.metrics.gauge(
      'feed_lag_seconds',
      'Age of what this instance knows of revocations.',
      () => this.lag / 1000,
    )
  }

  /** Ends every connection, and stops following. */
  async close(): Promise<void> {
    clearInterval(this.#beat)
    this.#listeners.closeAll()
    await this.#listening?.close()
    await this.#follower.stop()
  }

  /** The keys that the feed is signed with. */
  keys(): Promise<Jwks> {
    return this.#options.keys()
  }

  /** A transaction of this instance has committed a revocation. */
  heard(row: RevocationRow): void {
    this.#board.hear(row)
    if (row.kid !== null) this.#tellOfKey(row.kid, row.type)
    void this.#follower.kick()
  }

  /** Calls `hear` when a key came or went, on whichever instance. */
  onKeyNews(hear: KeyNews): void {
    this.#keyNews.push(hear)
  }

  #tellOfKey(kid: string, type: EventType): void {
    for (const hear of this.#keyNews) hear(kid, type === 'key-revoked')
  }

  /** Milliseconds since this instance was known to know everything. */
  get lag(): number {
    return this.#now() - this.#follower.completeAt
  }

  /** Whether a token that is not on the board is good, without asking the database. */
  get vouches(): boolean {
    return this.lag <= largestLag
  }

  /** Whether what this instance knows makes a token, or the key that it was signed with, bad. */
  isRevoked(claims: Claims, kid: string | undefined): boolean {
    return this.#board.judge.isRevoked(claims) || (kid !== undefined && this.#board.judge.isKeyRevoked(kid))
  }

  /**
   * A stream of server-sent events, from the listener's cursor on.
   *
   * @throws TooManyListeners (`too_many_listeners`, 503), TooManyAttempts (`too_many_attempts`, 429)
   */
  async stream(address: string, question: Question): Promise<ReadableStream<Uint8Array>> {
    const key = await this.#prepare(address, question)
    return this.#listeners.open(address, () => {
      const { place, position, snapshot, changes } = this.#answer(key, question)
      const full = snapshot === undefined ? [] : ['event: snapshot\ndata: ', snapshot, '\n\n']
      return {
        place,
        parts: [
          event('position', position),
          ...full,
          changes.map((change) => event('change', change)).join(''),
        ],
      }
    })
  }

  /**
   * The answer to a listener who asks again and again. It comes from memory, whatever the question.
   *
   * @throws TooManyAttempts (`too_many_attempts`, 429)
   */
  async answer(address: string, question: Question): Promise<Answer> {
    return this.#answer(await this.#prepare(address, question), question)
  }

  async #prepare(address: string, { cursor }: Question): Promise<FeedSigner> {
    await countQuestion(this.#ctx, address)
    // another instance may have told a listener what this one has not read yet
    if (cursor !== undefined && cursor > this.#board.place) await this.#follower.kickSoon()
    if (!this.#signed.isNear(cursor)) await countSnapshot(this.#ctx, address)
    return this.#signed.key()
  }

  /** All of it from one moment: nothing is awaited here. */
  #answer(key: FeedSigner, { cursor, nonce }: Question): Answer {
    return {
      place: this.#board.place,
      position: this.#position(key, nonce),
      ...this.#signed.missing(key, cursor),
    }
  }

  #position(key: FeedSigner, nonce?: string): string {
    return this.#signed.position(key, {
      seq: this.#board.place,
      asOf: Math.floor(this.#follower.completeAt),
      time: Math.ceil(this.#now()),
      ...(nonce === undefined ? {} : { nonce }),
    })
  }

  #heardNews(changes: readonly Change[]): void {
    for (const { kid, type } of changes) if (kid !== undefined) this.#tellOfKey(kid, type)
    if (changes.length === 0) return
    this.#hearing.found()
    void this.#tell()
  }

  /** Brings every listener up to what is known, and says that there is nothing else. */
  async #tell(): Promise<void> {
    if (this.#listeners.size === 0) return
    try {
      const key = await this.#signed.key()
      const position = event('position', this.#position(key))
      const { place } = this.#board
      for (const listener of this.#listeners) {
        const missed = this.#board.changesAfter(listener.place)
        if (missed === undefined) {
          listener.close()
          continue
        }
        listener.send(
          this.#signed
            .changes(key, missed)
            .map((change) => event('change', change))
            .join('') + position,
        )
        listener.place = place
      }
    } catch (error) {
      this.#ctx.log.warn({ err: error }, 'the revocation feed cannot be signed')
    }
  }
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`
}

declare module '../../platform/context.ts' {
  interface Context {
    /** This instance's revocation feed, once it follows the database; absent in commands that serve nobody. */
    readonly revocations?: RevocationFeed
  }
}
