import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { HttpEnv } from './variables.ts'

/** Label values of a metric; any other method counts as `other`, so that callers cannot create series. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Polled every few seconds by orchestrators, so logged at debug level only. */
const quiet = new Set(['/healthz', '/readyz'])

/**
 * Counts each answer and logs it in one line, security event included, so that a flood of failures makes no more lines
 * than requests. The route's pattern replaces the path, which may contain anything.
 */
export function observe({ log, metrics }: { log: Logger; metrics: Metrics }): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const began = performance.now()
    await next()
    const ms = performance.now() - began
    const method = methods.has(c.req.method) ? c.req.method : 'other'
    const route = routePath(c, -1)
    const { status } = c.res
    metrics.answered(method, route, status, ms / 1000)
    const security = c.get('securityEvent')
    const fields = {
      request_id: c.get('requestId'),
      address: c.get('clientAddress'),
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      ...(security && { event: security.event, user_id: security.userId }),
    }
    if (quiet.has(route)) log.debug(fields, 'answered')
    else log[security?.level ?? 'info'](fields, 'answered')
  }
}
