import { setTimeout as pause } from 'node:timers/promises'
import type { Change } from '@gatehouse/guard/internal/revocation'
import type { Context } from '../../context.ts'
import type { KnownRevocations } from './known.ts'
import { assignSequences } from './sequence.ts'
import { deleteExpired, readSequence, sequencedBetween } from './store.ts'

/** Milliseconds between two looks at the database: the guarantee, whatever signals do or don't come. */
const usualPollInterval = 250
/** Milliseconds between two rounds of dropping what has expired. */
const pruneInterval = 60_000
/** Milliseconds in which everybody who claims that there is something new is answered with one look. */
const claimInterval = 25
/** Rows read at a time. */
const page = 5000

export interface FollowerOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number
  /** New changes; or none, after a look that found nothing. */
  readonly onLook: (changes: readonly Change[]) => void
  /** The feed goes on from another sequence number: listeners have to begin anew. */
  readonly onJump: () => void
  /** Milliseconds between two looks; 250 by default. */
  readonly pollInterval?: number | undefined
}

/** Keeps what an instance knows up to date with the database. */
export class Follower {
  readonly #ctx: Context
  readonly #known: KnownRevocations
  readonly #options: FollowerOptions
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #claimed: Promise<void> | undefined
  #again = false
  #stopped = false
  #failing = false
  #prunedAt: number
  /** When the database was last known to hold nothing that is not known here, on the monotonic clock. */
  completeAt: number = Number.NEGATIVE_INFINITY

  constructor(ctx: Context, known: KnownRevocations, options: FollowerOptions) {
    this.#ctx = ctx
    this.#known = known
    this.#options = options
    this.#prunedAt = options.monotonic()
  }

  /**
   * Reads everything that is revoked, then keeps looking.
   *
   * @throws the database's error when the first look fails
   */
  async start(): Promise<void> {
    await this.#look()
    this.#schedule()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  /** Looks now; a call during a look gets one that begins after it. Never rejects. */
  kick(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    if (this.#looking !== undefined) {
      this.#again = true
      return this.#looking
    }
    this.#looking = this.#lookUntilDone().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Looks soon, because a caller claims that there is something new: one look for any number of them. Never rejects. */
  kickSoon(): Promise<void> {
    this.#claimed ??= pause(claimInterval, undefined, { ref: false }).then(() => {
      this.#claimed = undefined
      return this.kick()
    })
    return this.#claimed
  }

  async #lookUntilDone(): Promise<void> {
    do {
      this.#again = false
      try {
        await this.#look()
        if (this.#failing) this.#ctx.log.info({}, 'reading revocations works again')
        this.#failing = false
      } catch (error) {
        if (!this.#failing)
          this.#ctx.log.warn({ err: error }, 'cannot read revocations; the feed falls behind')
        this.#failing = true
      }
    } while (this.#again && !this.#stopped)
  }

  #schedule(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      void this.kick().then(() => this.#schedule())
    }, this.#options.pollInterval ?? usualPollInterval)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const startedAt = this.#options.monotonic()
    const { db } = this.#ctx
    let newest = await readSequence(db)
    if (newest.incomplete) {
      await assignSequences(this.#ctx)
      newest = await readSequence(db)
    }
    const changes = await this.#readUpTo(newest.sequence)
    this.completeAt = startedAt
    this.#options.onLook(changes)
    await this.#prune()
  }

  async #readUpTo(sequence: number): Promise<Change[]> {
    const known = this.#known
    const changes: Change[] = []
    while (known.sequence < sequence) {
      const rows = await sequencedBetween(this.#ctx.db, known.sequence, sequence, page)
      for (const row of rows) changes.push(known.append(row))
      if (rows.length < page) break
    }
    // ahead: the database was restored from a backup. Behind: the last ones expired before this instance came to read them
    if (known.sequence !== sequence) {
      known.jumpTo(sequence)
      this.#options.onJump()
      return []
    }
    return changes
  }

  async #prune(): Promise<void> {
    const now = this.#options.monotonic()
    if (now - this.#prunedAt < pruneInterval) return
    this.#prunedAt = now
    const seconds = Math.floor(this.#ctx.clock.now() / 1000)
    this.#known.set.prune(seconds)
    await deleteExpired(this.#ctx.db, seconds)
  }
}
