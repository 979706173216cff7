import type { MiddlewareHandler } from 'hono'
import { cors as honoCors } from 'hono/cors'
import type { HttpEnv } from './variables.ts'

/** Allows pages of the listed origins, and no others, to call the server with credentials (the refresh cookie). */
export function cors(origins: readonly string[]): MiddlewareHandler<HttpEnv> {
  const answer = honoCors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: [
      'Link',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'WWW-Authenticate',
      'X-Request-Id',
    ],
    credentials: true,
    maxAge: 600,
  })
  return async (c, next) => {
    if (c.req.header('Origin') !== undefined || c.req.method === 'OPTIONS') return answer(c, next)
    await next()
    // a cache must not reuse this answer for a request from a page
    c.res.headers.append('Vary', 'Origin')
  }
}
