import { TooManyAttempts, Unavailable } from './errors.ts'
import type { Timer } from './timer.ts'

/** A queue: attempts under one key pass one at a time, `spacing` apart. */
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
  /** The lowest goes first, and takes the place of an attempt with a higher rank when the room is full. */
  readonly rank: number
  /** Aborts when the client is gone. */
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
 * Where attempts wait that are slowed rather than refused. They hold a place here and nothing else: no database
 * connection and no hashing thread. Each line, the whole room and the wait are bounded.
 */
export class WaitingRoom {
  readonly #timer: Timer
  readonly #limits: { readonly places: number; readonly longest: number }
  /** Sorted: the next to go is first. */
  readonly #waiters: Waiter[] = []
  /** Ordered by when they last let an attempt pass. */
  readonly #lines = new Map<string, LineState>()
  #cancel: (() => void) | undefined
  #closed = false

  constructor(timer: Timer, limits: { places: number; longest: number } = { places: 1000, longest: 45_000 }) {
    this.#timer = timer
    this.#limits = limits
  }

  /** How many attempts wait. */
  get waiting(): number {
    return this.#waiters.length
  }

  /**
   * Resolves when it is the attempt's turn.
   *
   * @throws TooManyAttempts (`too_many_attempts`, 429) when the line or the room is full, when an attempt of a lower rank
   *   needs the place, when the wait has taken too long, or when the client is gone
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

  /** Refuses every waiting attempt and all later ones. */
  close(): void {
    this.#closed = true
    this.#cancel?.()
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(stopping())
    this.#lines.clear()
  }

  /** Finds a place in every line and in the room, or refuses the attempt before it displaces another. */
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

  /** The last attempt to go, in one line or in all, if `entry` outranks it. */
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
        // the first attempt in an idle line waits, too
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

  /** Lets every attempt pass whose turn it is, and schedules the next turn. */
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

  /** Drops lines that are empty and free; the oldest come first. */
  #forget(now: number): void {
    for (const [key, { freeAt, waiting }] of this.#lines) {
      if (waiting > 0 || freeAt > now) return
      this.#lines.delete(key)
    }
  }
}

const stopping = (): Unavailable => new Unavailable('The server is stopping. Try again.')
