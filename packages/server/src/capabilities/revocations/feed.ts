import type { Claims, Jwks } from '@gatehouse/guard'
import type { Change, FeedSigner } from '@gatehouse/guard/internal/revocation'
import type { Context } from '../../context.ts'
import type { CommittedRevocation, RevocationMemory } from '../../instance.ts'
import { type Listening, listenTo } from '../../platform/db/signals.ts'
import { type ConnectionLimits, FeedConnections } from './connections.ts'
import { Follower } from './follow.ts'
import { KnownRevocations } from './known.ts'
import { ListenMonitor } from './listen-monitor.ts'
import { channel } from './revoke.ts'
import { type Missing, SignedFeed } from './signed-feed.ts'
import { countRequest, countSnapshot } from './throttling.ts'

/** Milliseconds between two heartbeats to listeners. */
const beatInterval = 1000
/** Milliseconds that this instance's knowledge may lag before it asks the database instead. */
const largestLag = 1000

export interface FeedOptions {
  /** The key that signs the feed now. */
  readonly signer: () => Promise<FeedSigner>
  /** The keys that its signatures are checked with. */
  readonly keys: () => Promise<Jwks>
  readonly limits?: ConnectionLimits
  /** Milliseconds since the epoch that never go back. */
  readonly monotonic?: () => number
  /** Milliseconds between two looks at the database, for tests of what makes it faster. */
  readonly pollInterval?: number
}

/** Called when a key is published or dropped. */
type KeyListener = (kid: string, dropped: boolean) => void

/** What a listener asks for. */
export interface FeedRequest {
  /** The newest sequence number that it has; undefined for everything. */
  readonly after: number | undefined
  readonly nonce: string | undefined
}

/** One answer to a listener that polls. */
export interface FeedAnswer extends Missing {
  /** How far the feed has come; a signed JWT. */
  readonly position: string
  readonly sequence: number
}

/** The revocation feed of one instance: follows the database, answers for this instance, and serves guards. */
export class RevocationFeed implements RevocationMemory {
  readonly #ctx: Context
  readonly #known = new KnownRevocations()
  readonly #follower: Follower
  readonly #signed: SignedFeed
  readonly #connections: FeedConnections
  readonly #options: FeedOptions
  readonly #monitor: ListenMonitor
  readonly #keyListeners: KeyListener[] = []
  readonly #now: () => number
  #beat: NodeJS.Timeout | undefined
  #listening: Listening | undefined

  constructor(ctx: Context, options: FeedOptions) {
    this.#ctx = ctx
    this.#options = options
    this.#now = options.monotonic ?? (() => performance.timeOrigin + performance.now())
    this.#connections = new FeedConnections(options.limits ?? { inAll: 10_000, byAddress: 500 })
    this.#monitor = new ListenMonitor(ctx.log)
    this.#signed = new SignedFeed({
      issuer: ctx.config.issuer,
      known: this.#known,
      signer: options.signer,
      now: () => ctx.clock.now(),
    })
    this.#follower = new Follower(ctx, this.#known, {
      monotonic: this.#now,
      onLook: (changes) => this.#announce(changes),
      onJump: () => this.#connections.closeAll(),
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
          this.#monitor.began()
          void this.#follower.kick()
        },
        onSignal: () => {
          this.#monitor.signalled()
          void this.#follower.kick()
        },
      })
    }
    this.#beat = setInterval(() => void this.#updateListeners(), beatInterval)
    this.#beat.unref()
    this.#ctx.metrics.gauge(
      'feed_listeners',
      'Connections to the revocation feed.',
      () => this.#connections.size,
    )
    this.#ctx.metrics.gauge('feed_entries', 'Revocations that are in force.', () => this.#known.set.size)
    this.#ctx.metrics.gauge(
      'feed_lag_seconds',
      'Age of what this instance knows of revocations.',
      () => this.lag / 1000,
    )
  }

  /** Ends every connection, and stops following. */
  async close(): Promise<void> {
    clearInterval(this.#beat)
    this.#connections.closeAll()
    await this.#listening?.close()
    await this.#follower.stop()
  }

  /** The keys that the feed is signed with. */
  keys(): Promise<Jwks> {
    return this.#options.keys()
  }

  committed(revocation: CommittedRevocation): void {
    this.#known.addCommitted(revocation)
    if (revocation.kid !== null) this.#keyChanged(revocation.kid, revocation.type)
    void this.#follower.kick()
  }

  onKeyChange(listener: KeyListener): void {
    this.#keyListeners.push(listener)
  }

  #keyChanged(kid: string, type: string): void {
    for (const listener of this.#keyListeners) listener(kid, type === 'key-revoked')
  }

  /** Milliseconds since this instance was known to know everything. */
  get lag(): number {
    return this.#now() - this.#follower.completeAt
  }

  get isCurrent(): boolean {
    return this.lag <= largestLag
  }

  isRevoked(claims: Claims, kid: string | undefined): boolean {
    return this.#known.judge.isRevoked(claims) || (kid !== undefined && this.#known.judge.isKeyRevoked(kid))
  }

  /**
   * A stream of server-sent events, from what the listener has on.
   *
   * @throws TooManyListeners (`too_many_listeners`, 503), TooManyAttempts (`too_many_attempts`, 429)
   */
  async stream(address: string, request: FeedRequest): Promise<ReadableStream<Uint8Array>> {
    const key = await this.#prepare(address, request)
    return this.#connections.open(address, () => {
      const { sequence, position, snapshot, changes } = this.#answer(key, request)
      const full = snapshot === undefined ? [] : ['event: snapshot\ndata: ', snapshot, '\n\n']
      return {
        sequence,
        parts: [
          event('position', position),
          ...full,
          changes.map((change) => event('change', change)).join(''),
        ],
      }
    })
  }

  /**
   * The answer to a listener that polls. It comes from memory, whatever is asked.
   *
   * @throws TooManyAttempts (`too_many_attempts`, 429)
   */
  async answer(address: string, request: FeedRequest): Promise<FeedAnswer> {
    return this.#answer(await this.#prepare(address, request), request)
  }

  async #prepare(address: string, { after }: FeedRequest): Promise<FeedSigner> {
    await countRequest(this.#ctx, address)
    // a listener may have from another instance what this one has not read yet
    if (after !== undefined && after > this.#known.sequence) await this.#follower.kickSoon()
    if (!this.#signed.isNear(after)) await countSnapshot(this.#ctx, address)
    return this.#signed.key()
  }

  /** All of it from one moment: nothing is awaited here. */
  #answer(key: FeedSigner, { after, nonce }: FeedRequest): FeedAnswer {
    return {
      sequence: this.#known.sequence,
      position: this.#position(key, nonce),
      ...this.#signed.missing(key, after),
    }
  }

  #position(key: FeedSigner, nonce?: string): string {
    return this.#signed.position(key, {
      seq: this.#known.sequence,
      asOf: Math.floor(this.#follower.completeAt),
      time: Math.ceil(this.#now()),
      ...(nonce === undefined ? {} : { nonce }),
    })
  }

  #announce(changes: readonly Change[]): void {
    for (const { kid, type } of changes) if (kid !== undefined) this.#keyChanged(kid, type)
    if (changes.length === 0) return
    this.#monitor.found()
    void this.#updateListeners()
  }

  /** Sends every listener what it lacks, and that there is nothing else. */
  async #updateListeners(): Promise<void> {
    if (this.#connections.size === 0) return
    try {
      const key = await this.#signed.key()
      const position = event('position', this.#position(key))
      const { sequence } = this.#known
      for (const listener of this.#connections) {
        const missed = this.#known.changesAfter(listener.sequence)
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
        listener.sequence = sequence
      }
    } catch (error) {
      this.#ctx.log.warn({ err: error }, 'cannot sign the revocation feed')
    }
  }
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`
}
