import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './variables.ts'

const sane = /^[\w.-]{8,128}$/

/** Assigns each request an id, sent in `X-Request-Id` and in every problem; keeps a trusted proxy's id. */
export function requestId(trustProxy: number): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const given = trustProxy > 0 ? c.req.header('X-Request-Id') : undefined
    const id = given !== undefined && sane.test(given) ? given : randomUUID()
    c.set('requestId', id)
    await next()
    c.res.headers.set('X-Request-Id', id)
  }
}
