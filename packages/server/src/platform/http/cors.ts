import type { MiddlewareHandler } from 'hono'
import { cors as honoCors } from 'hono/cors'
import type { HttpEnv } from './variables.ts'

/** Lets pages of the listed origins call the server, and no others; credentials (the refresh cookie) included. */
export function cors(origins: readonly string[]): MiddlewareHandler<HttpEnv> {
  return honoCors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: ['Link', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
    credentials: true,
    maxAge: 600,
  })
}
