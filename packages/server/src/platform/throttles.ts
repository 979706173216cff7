import { sql } from 'kysely'
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { asUnavailable } from './db/errors.ts'
import type { Executor } from './db/executor.ts'

const hour = 3_600_000

interface ThrottleLimits {
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
  /** Counts one attempt and returns the total, whatever the limit; 0 when limits are off. */
  count(key: string): Promise<number>
  /** Uncounts an attempt that turned out to be legitimate. */
  giveBack(key: string): Promise<void>
  /** Forgets all attempts under a key. */
  clear(key: string): Promise<void>
}

export interface Throttles {
  /** The throttle of that name; the same one for the same name. */
  limiter(name: string, limits: ThrottleLimits): Throttle
  /**
   * A throttle that counts in this instance's memory only, whatever the database: for events so frequent that storing
   * them would cost more than the events themselves.
   */
  local(name: string, limits: ThrottleLimits): Throttle
}

const open: Throttle = {
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

/** Throttles that count in memory (one instance), or in PostgreSQL through the driver's own pool (`pool`). */
export function createThrottles(pool: QueryPool | undefined): Throttles {
  const local = remembered(inMemory)
  if (pool === undefined) return { limiter: local, local }
  return { limiter: remembered((name, limits) => inPostgres(name, limits, pool)), local }
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
  const limiter = new RateLimiterMemory(optionsOf(name, limits))
  const { take, count, giveBack, clear } = throttleOver(limiter)
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
    async take(key) {
      await keep(key)
      return take(key)
    },
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
      ...optionsOf(name, limits),
      storeClient: withoutNames(pool),
      storeType: 'pool',
      tableName: throttleTable,
      tableCreated: true,
      clearExpiredByTimeout: false,
    }),
  )
}

/**
 * Statements are named by the library, so that a connection prepares each of them once. Behind a transaction pooler the
 * next query may go over another connection, which has never heard of that name.
 */
const withoutNames = (pool: QueryPool): QueryPool => ({
  query: ({ text, values }) => pool.query({ text, values }),
})

const optionsOf = (
  keyPrefix: string,
  { attempts, seconds }: ThrottleLimits,
): { keyPrefix: string; points: number; duration: number } => ({
  keyPrefix,
  points: attempts,
  duration: seconds,
})

function throttleOver(limiter: RateLimiterMemory | RateLimiterPostgres): Throttle {
  async function consume(key: string): Promise<{ count: number; wait: number }> {
    try {
      const { consumedPoints } = await limiter.consume(key)
      return { count: consumedPoints, wait: 0 }
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw asUnavailable(error) ?? error
      return { count: error.consumedPoints, wait: Math.max(1, error.msBeforeNext) }
    }
  }
  return {
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
