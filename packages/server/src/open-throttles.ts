import type { Config } from './config.ts'
import type { OpenDatabase } from './platform/db/open.ts'
import type { Logger } from './platform/log.ts'
import type { Metrics } from './platform/metrics.ts'
import { createThrottles, noThrottles, type Throttles } from './platform/throttles.ts'

/** The throttles that the settings name: in Redis, in the database, or none. The library for Redis is loaded where it is used. */
export async function openThrottles(
  { limits, throttlesUrl }: Pick<Config, 'limits' | 'throttlesUrl'>,
  { pool, log, metrics }: { pool: OpenDatabase['pool']; log: Logger; metrics: Metrics },
): Promise<{ throttles: Throttles; close(): Promise<void> }> {
  const nothing = async (): Promise<void> => undefined
  if (!limits) return { throttles: noThrottles, close: nothing }
  if (throttlesUrl === undefined) return { throttles: createThrottles(pool), close: nothing }
  const { redisThrottles } = await import('./platform/redis-throttles.ts')
  let close = nothing
  let lost = false
  metrics.gauge(
    'throttles_fallback',
    'Whether attempts are counted in the database because Redis is away.',
    () => Number(lost),
  )
  const throttles = createThrottles(pool, (fallback) => {
    const redis = redisThrottles(throttlesUrl, {
      fallback,
      onChange(state, error) {
        lost = state === 'lost'
        if (lost) log.warn({ err: error }, 'Redis cannot be reached; attempts are counted in the database')
        else log.info({}, 'Redis is back; attempts are counted there again')
      },
    })
    close = redis.close
    return redis
  })
  return { throttles, close: () => close() }
}
