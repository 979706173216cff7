import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { DatabaseUnavailable } from './db/errors.ts'

export interface ThrottleLimits {
  /** Attempts within `seconds` before the next has to wait. */
  readonly attempts: number
  readonly seconds: number
}

/** Counts attempts under keys (an address, an account), in memory or for all instances alike. */
export interface Throttle {
  /**
   * Counts one attempt; gives the milliseconds to wait, 0 when it may go on. Counting comes first, so that attempts
   * made side by side cannot all slip through.
   */
  take(key: string): Promise<number>
  /** Takes one attempt back: it turned out to be an honest one. */
  giveBack(key: string): Promise<void>
  /** Forgets all attempts under a key. */
  clear(key: string): Promise<void>
}

export interface Throttles {
  /** The throttle of that name; the same one for the same name. */
  limiter(name: string, limits: ThrottleLimits): Throttle
}

/** Lets everything through: GATEHOUSE_LIMITS=off. */
export const noThrottles: Throttles = {
  limiter: () => ({ take: async () => 0, giveBack: async () => undefined, clear: async () => undefined }),
}

/** The table that migrations make for attempts on PostgreSQL. */
export const throttleTable = 'throttle_attempts'

/** Throttles that count in memory (one instance), or in PostgreSQL through the driver's own pool (`client`). */
export function createThrottles(client: unknown): Throttles {
  const limiters = new Map<string, Throttle>()
  return {
    limiter(name, limits) {
      const kept = limiters.get(name) ?? throttle(name, limits, client)
      limiters.set(name, kept)
      return kept
    },
  }
}

function throttle(name: string, { attempts, seconds }: ThrottleLimits, client: unknown): Throttle {
  const options = { keyPrefix: name, points: attempts, duration: seconds }
  const limiter =
    client === undefined
      ? new RateLimiterMemory(options)
      : new RateLimiterPostgres({
          ...options,
          storeClient: client,
          storeType: 'pool',
          tableName: throttleTable,
          tableCreated: true,
          clearExpiredByTimeout: false,
        })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return 0
      } catch (error) {
        if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext)
        throw new DatabaseUnavailable(error)
      }
    },
    async giveBack(key) {
      await limiter.reward(key)
    },
    async clear(key) {
      await limiter.delete(key)
    },
  }
}
