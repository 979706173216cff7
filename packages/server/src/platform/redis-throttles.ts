import { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { RedisAddress } from './redis-url.ts'
import { limiterOptions, type Throttle, type ThrottleStore, throttleOver } from './throttles.ts'

/** How long one command may take, in milliseconds, and how long Redis is left alone after one that failed. */
const patience = { command: 500, connect: 2_000, pause: 1_000 } as const

export interface RedisOptions {
  /** Where attempts are counted while Redis cannot be reached. */
  readonly fallback: ThrottleStore
  /** Hears when Redis is lost, with the reason, and when it is back. */
  readonly onChange: (state: 'lost' | 'back', error?: unknown) => void
}

/**
 * Counts attempts in Redis. While it cannot be reached they are counted in `fallback`, from zero: an outage gives everybody
 * one more allowance, and stops nobody from signing in.
 */
export function redisThrottles(
  address: RedisAddress,
  { fallback, onChange }: RedisOptions,
): ThrottleStore & { close(): Promise<void> } {
  const { host, port, tls, username, password, database, prefix } = address
  const client = new Redis({
    host,
    port,
    ...(tls ? { tls: { servername: host } } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    db: database,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: patience.connect,
    commandTimeout: patience.command,
    retryStrategy: (times) => Math.min(5_000, 100 * 2 ** Math.min(times, 6)),
  })
  const health = healthOf(onChange)
  let closing = false
  client.on('error', (error) => health.failed(error))
  client.on('close', () => closing || health.failed(new Error('the connection was closed')))
  client.on('ready', () => health.works())
  return {
    limiter: (name, limits) => {
      const options = limiterOptions(`${prefix}${name}`, limits)
      const primary = new RateLimiterRedis({ ...options, storeClient: client, rejectIfRedisNotReady: true })
      return withFallback(throttleOver(primary, name, limits), fallback.limiter(name, limits), {
        ...health,
        // until the first connection nothing is lost, but nothing can be asked either
        usable: () => client.status === 'ready' && health.usable(),
      })
    },
    async close() {
      closing = true
      client.disconnect()
    },
  }
}

interface Health {
  /** Whether it is worth asking. */
  usable(): boolean
  failed(error: unknown): void
  works(): void
}

function healthOf(onChange: RedisOptions['onChange']): Health {
  let lost = false
  let askAgainAt = 0
  return {
    usable: () => performance.now() >= askAgainAt,
    failed(error) {
      askAgainAt = performance.now() + patience.pause
      if (!lost) onChange('lost', error)
      lost = true
    },
    works() {
      askAgainAt = 0
      if (lost) onChange('back')
      lost = false
    },
  }
}

function withFallback(primary: Throttle, fallback: Throttle, health: Health): Throttle {
  const either = async <T>(work: (throttle: Throttle) => Promise<T>): Promise<T> => {
    if (!health.usable()) return work(fallback)
    try {
      const result = await work(primary)
      health.works()
      return result
    } catch (error) {
      health.failed(error)
      return work(fallback)
    }
  }
  return {
    attempt: (key) => either((throttle) => throttle.attempt(key)),
    take: (key) => either((throttle) => throttle.take(key)),
    count: (key) => either((throttle) => throttle.count(key)),
    made: (key) => either((throttle) => throttle.made(key)),
    giveBack: (key) => either((throttle) => throttle.giveBack(key)),
    clear: (key) => either((throttle) => throttle.clear(key)),
  }
}
