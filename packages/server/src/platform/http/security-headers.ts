import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './variables.ts'

/** Headers for answers that are data: never framed, sniffed or run. A page of our own sets its own policy. */
export const securityHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next()
  // `c.header` would make the finished response anew each time
  const { headers } = c.res
  const set = (name: string, value: string): void => {
    if (!headers.has(name)) headers.set(name, value)
  }
  set('X-Content-Type-Options', 'nosniff')
  set('Referrer-Policy', 'no-referrer')
  set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
}

/** For answers with tokens or personal data: no cache keeps them. */
export const noStore: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next()
  c.res.headers.set('Cache-Control', 'no-store')
}
