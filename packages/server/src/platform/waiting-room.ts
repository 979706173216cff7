import { TooManyAttempts, Unavailable } from './errors.ts'
import type { Timer } from './timer.ts'

/** A line to stand in: attempts under one key pass one at a time, `spacing` apart. */
export interface Line {
  readonly key: string
  /** Milliseconds that this attempt keeps the next one waiting; the first one waits as long. */
  readonly spacing: number
  /** Attempts that may wait in this line. */
  readonly places: number
}

export interface Entry {
  /** Every line that has to let the attempt pass. */
  readonly lines: readonly Line[]
  /** The lowest goes first, and is let in when there is no place left but for somebody with a higher one. */
  readonly rank: number
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined
}

interface Waiter extends Entry {
  readonly arrived: number
  pass(): void
  refuse(error: Error): void
}

interface LineState {
  /** When the next attempt may pass. */
  freeAt: number
  waiting: number
}

/**
 * Where attempts wait that are to be slowed rather than refused: they hold a place here and nothing else, no connection
 * to the database and no hashing thread. Bounded in each line, in all, and in time.
 */
export class WaitingRoom {
  readonly #timer: Timer
  readonly #limits: { readonly places: number; readonly longest: number }
  /** Sorted: who goes first stands first. */
  readonly #waiters: Waiter[] = []
  /** In the order in which they last let somebody pass. */
  readonly #lines = new Map<string, LineState>()
  #cancel: (() => void) | undefined
  #closed = false

  constructor(timer: Timer, limits: { places: number; longest: number } = { places: 1000, longest: 45_000 }) {
    this.#timer = timer
    this.#limits = limits
  }

  /** Attempts that wait. */
  get waiting(): number {
    return this.#waiters.length
  }

  /**
   * Resolves when it is the attempt's turn.
   *
   * @throws TooManyAttempts (`too_many_attempts`, 429) when as many wait already, when an attempt of a lower rank needs
   *   the place, when it has taken too long, or when nobody waits for the answer any more
   * @throws Unavailable (`unavailable`, 503) when the server stops
   */
  async enter(entry: Entry): Promise<void> {
    if (this.#closed) throw stopping()
    if (entry.signal?.aborted === true) throw new TooManyAttempts(0)
    const now = this.#timer.now()
    this.#forget(now)
    this.#makeRoom(entry, now)
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        if (this.#remove(waiter)) waiter.refuse(new TooManyAttempts(0))
      }
      const waiter: Waiter = {
        ...entry,
        arrived: now,
        pass: () => {
          entry.signal?.removeEventListener('abort', leave)
          resolve()
        },
        refuse: (error) => {
          entry.signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      entry.signal?.addEventListener('abort', leave, { once: true })
      this.#add(waiter)
    })
  }

  /** Refuses everybody who waits, and whoever comes from now on. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(stopping())
    this.#lines.clear()
  }

  /** Finds a place in every line and in the room, or refuses, before it takes one from anybody. */
  #makeRoom(entry: Entry, now: number): void {
    const giveWay = new Set<Waiter>()
    const full = entry.lines.filter(({ key, places }) => (this.#lines.get(key)?.waiting ?? 0) >= places)
    for (const { key } of full) giveWay.add(this.#lastOf(entry, now, key))
    if (giveWay.size === 0 && this.#waiters.length >= this.#limits.places) {
      giveWay.add(this.#lastOf(entry, now))
    }
    for (const waiter of giveWay) {
      this.#remove(waiter)
      waiter.refuse(new TooManyAttempts(this.#untilFree(waiter, now)))
    }
  }

  /** Who is the last to go, in a line or at all, if they have to give way to `entry`. */
  #lastOf(entry: Entry, now: number, key?: string): Waiter {
    const last = this.#waiters.findLast(
      ({ lines }) => key === undefined || lines.some((line) => line.key === key),
    )
    if (last === undefined || last.rank <= entry.rank) throw new TooManyAttempts(this.#untilFree(entry, now))
    return last
  }

  #untilFree({ lines }: Entry, now: number): number {
    return Math.max(...lines.map(({ key }) => (this.#lines.get(key)?.freeAt ?? now) - now))
  }

  #add(waiter: Waiter): void {
    for (const { key, spacing } of waiter.lines) {
      const line = this.#lines.get(key)
      if (line === undefined) this.#lines.set(key, { freeAt: waiter.arrived + spacing, waiting: 1 })
      else {
        // a line that nobody used for a while makes the first one wait, too
        if (line.waiting === 0 && line.freeAt <= waiter.arrived) line.freeAt = waiter.arrived + spacing
        line.waiting += 1
      }
    }
    const after = this.#waiters.findLastIndex(({ rank }) => rank <= waiter.rank)
    this.#waiters.splice(after + 1, 0, waiter)
    this.#plan()
  }

  #remove(waiter: Waiter): boolean {
    const at = this.#waiters.indexOf(waiter)
    if (at === -1) return false
    this.#waiters.splice(at, 1)
    for (const { key } of waiter.lines) {
      const line = this.#lines.get(key)
      if (line !== undefined) line.waiting -= 1
    }
    return true
  }

  /** Lets pass whose turn it is, and sees to it that the next one is not forgotten. */
  #turn(): void {
    const now = this.#timer.now()
    for (const waiter of [...this.#waiters]) {
      const passes = waiter.lines.every(({ key }) => (this.#lines.get(key)?.freeAt ?? 0) <= now)
      if (!passes && now - waiter.arrived < this.#limits.longest) continue
      this.#remove(waiter)
      if (passes) this.#pass(waiter, now)
      else waiter.refuse(new TooManyAttempts(this.#untilFree(waiter, now)))
    }
    this.#forget(now)
    this.#plan()
  }

  #pass(waiter: Waiter, now: number): void {
    for (const { key, spacing } of waiter.lines) {
      const waiting = this.#lines.get(key)?.waiting ?? 0
      this.#lines.delete(key)
      this.#lines.set(key, { freeAt: now + spacing, waiting })
    }
    waiter.pass()
  }

  #plan(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const now = this.#timer.now()
    const waits = this.#waiters.map((waiter) =>
      Math.min(this.#untilFree(waiter, now), waiter.arrived + this.#limits.longest - now),
    )
    if (waits.length === 0) return
    this.#cancel = this.#timer.after(Math.max(0, Math.min(...waits)), () => this.#turn())
  }

  /** Forgets lines in which nobody waits or has to; the oldest stand first. */
  #forget(now: number): void {
    for (const [key, { freeAt, waiting }] of this.#lines) {
      if (waiting > 0 || freeAt > now) return
      this.#lines.delete(key)
    }
  }
}

const stopping = (): Unavailable => new Unavailable('The server is stopping. Try again.')
