import { sql } from 'kysely'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import { asUnavailable } from './db/errors.ts'
import type { Executor } from './db/executor.ts'
import { TooManyAttempts } from './errors.ts'
import type { RateLimit } from './rate-limit.ts'

const hour = 3_600_000

export interface ThrottleLimits {
  /** Attempts within `seconds` before the next has to wait. */
  readonly attempts: number
  readonly seconds: number
}

/** Counts attempts under keys (an address, an account), in memory or for all instances alike. */
export interface Throttle {
  /**
   * Counts one attempt and returns the milliseconds to wait, 0 when it is allowed. Counting comes first, so that
   * concurrent attempts cannot all slip through.
   */
  take(key: string): Promise<number>
  /** Counts one attempt like `take`, and returns what is left of the limit as well; undefined when limits are off. */
  attempt(key: string): Promise<Attempted | undefined>
  /** The attempts that count now, without counting one. */
  made(key: string): Promise<number>
  /** Counts one attempt and returns the total, whatever the limit; 0 when limits are off. */
  count(key: string): Promise<number>
  /** Uncounts an attempt that turned out to be legitimate. */
  giveBack(key: string): Promise<void>
  /** Forgets all attempts under a key. */
  clear(key: string): Promise<void>
}

export interface Attempted extends RateLimit {
  /** Milliseconds to wait; 0 when the attempt is allowed. */
  readonly waitMs: number
}

/** Where attempts are counted. */
export interface ThrottleStore {
  /** The throttle of that name; the same one for the same name. */
  limiter(name: string, limits: ThrottleLimits): Throttle
}

export interface Throttles extends ThrottleStore {
  /**
   * A throttle that counts in this instance's memory only, whatever the database: for events so frequent that storing
   * them would cost more than the events themselves.
   */
  local(name: string, limits: ThrottleLimits): Throttle
}

/**
 * Counts one attempt, and lets the answer's headers tell the caller what is left.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export async function countAttempt(
  { caller }: { readonly caller?: { limited?(limit: RateLimit): void } },
  throttle: Throttle,
  key: string,
): Promise<void> {
  const attempted = await throttle.attempt(key)
  if (attempted === undefined) return
  caller?.limited?.(attempted)
  if (attempted.waitMs > 0) throw new TooManyAttempts(attempted.waitMs, attempted)
}

const open: Throttle = {
  attempt: async () => undefined,
  made: async () => 0,
  take: async () => 0,
  count: async () => 0,
  giveBack: async () => undefined,
  clear: async () => undefined,
}

/** Allows everything: GATEHOUSE_LIMITS=off. */
export const noThrottles: Throttles = { limiter: () => open, local: () => open }

/** The part of the driver's pool that is used here. */
interface QueryPool {
  query(statement: { readonly text: string; readonly values: unknown[] }): Promise<unknown>
}

/** The table that migrations make for attempts on PostgreSQL. */
const throttleTable = 'throttle_attempts'

/** The most keys kept in memory; the least recently used are dropped first. */
const keptKeys = 50_000

/**
 * Throttles that count in memory (one instance), or in PostgreSQL through the driver's own pool (`pool`); `elsewhere` makes
 * another store of that one, to fall back to it.
 */
export function createThrottles(
  pool: QueryPool | undefined,
  elsewhere?: (fallback: ThrottleStore) => ThrottleStore,
): Throttles {
  const local = remembered(inMemory)
  const limiter = pool === undefined ? local : remembered((name, limits) => inPostgres(name, limits, pool))
  const store = elsewhere?.({ limiter })
  return { limiter: store === undefined ? limiter : remembered(store.limiter), local }
}

type Maker = (name: string, limits: ThrottleLimits) => Throttle

/** Makes each throttle once. */
function remembered(make: Maker): Maker {
  const throttles = new Map<string, Throttle>()
  return (name, limits) => {
    const throttle = throttles.get(name) ?? make(name, limits)
    throttles.set(name, throttle)
    return throttle
  }
}

/** Deletes attempts whose time is long over; nothing else does on PostgreSQL. */
export async function sweepThrottles({
  db,
  clock,
}: {
  readonly db: Executor
  readonly clock: { now(): number }
}): Promise<void> {
  await sql`delete from ${sql.table(throttleTable)} where expire < ${clock.now() - hour}`.execute(db)
}

function inMemory(name: string, limits: ThrottleLimits): Throttle {
  const limiter = new RateLimiterMemory(limiterOptions(name, limits))
  const { attempt, take, count, made, giveBack, clear } = throttleOver(limiter, name, limits)
  const keys = new Set<string>()
  const keep = async (key: string): Promise<void> => {
    keys.delete(key)
    keys.add(key)
    const [oldest] = keys
    if (keys.size > keptKeys && oldest !== undefined) {
      keys.delete(oldest)
      await clear(oldest)
    }
  }
  return {
    async attempt(key) {
      await keep(key)
      return attempt(key)
    },
    async take(key) {
      await keep(key)
      return take(key)
    },
    made,
    async count(key) {
      await keep(key)
      return count(key)
    },
    giveBack,
    async clear(key) {
      keys.delete(key)
      await clear(key)
    },
  }
}

function inPostgres(name: string, limits: ThrottleLimits, pool: QueryPool): Throttle {
  return throttleOver(
    new RateLimiterPostgres({
      ...limiterOptions(name, limits),
      storeClient: withoutNames(pool),
      storeType: 'pool',
      tableName: throttleTable,
      tableCreated: true,
      clearExpiredByTimeout: false,
    }),
    name,
    limits,
  )
}

/**
 * Statements are named by the library, so that a connection prepares each of them once. Behind a transaction pooler the
 * next query may go over another connection, which has never heard of that name.
 */
const withoutNames = (pool: QueryPool): QueryPool => ({
  query: ({ text, values }) => pool.query({ text, values }),
})

/** A limit, as the library wants it. */
export const limiterOptions = (
  keyPrefix: string,
  { attempts, seconds }: ThrottleLimits,
): { keyPrefix: string; points: number; duration: number } => ({
  keyPrefix,
  points: attempts,
  duration: seconds,
})

/** A throttle over one of the library's limiters. */
export function throttleOver(
  limiter: RateLimiterAbstract,
  name: string,
  { attempts, seconds }: ThrottleLimits,
): Throttle {
  async function consume(key: string): Promise<{ count: number; wait: number; reset: number }> {
    try {
      const { consumedPoints, msBeforeNext } = await limiter.consume(key)
      return { count: consumedPoints, wait: 0, reset: msBeforeNext }
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw asUnavailable(error) ?? error
      const wait = Math.max(1, error.msBeforeNext)
      return { count: error.consumedPoints, wait, reset: wait }
    }
  }
  return {
    async attempt(key) {
      const { count, wait, reset } = await consume(key)
      return {
        name,
        quota: attempts,
        seconds,
        remaining: Math.max(0, attempts - count),
        resetMs: reset,
        waitMs: wait,
      }
    },
    made: async (key) => (await limiter.get(key))?.consumedPoints ?? 0,
    take: async (key) => (await consume(key)).wait,
    count: async (key) => (await consume(key)).count,
    async giveBack(key) {
      await limiter.reward(key)
    },
    async clear(key) {
      await limiter.delete(key)
    },
  }
}
