import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './variables.ts'

/** Headers of answers that are data: never framed, sniffed, run, or kept by a cache. */
export const dataHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const

const dataHeaderEntries = Object.entries(dataHeaders)

/**
 * Sets the headers of data on every answer that has none of its own: a page sets its policy, and a public document for
 * how long it may be kept.
 */
export const securityHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next()
  // `c.header` would make the finished response anew each time
  const { headers } = c.res
  for (const [name, value] of dataHeaderEntries) if (!headers.has(name)) headers.set(name, value)
}
