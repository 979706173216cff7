import { createGuard } from '@gatehouse/guard/hono'
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { jwt } from 'hono/jwt'
import type { Shared } from './token.ts'

/** One route behind each guard, on Hono. */
export function serveHono({ issuer, audience, jwk, pem }: Shared): void {
  const guard = createGuard({ issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } })
  const guards: Record<string, MiddlewareHandler> = {
    open: (_context, next) => next(),
    gatehouse: guard() as MiddlewareHandler,
    'hono-jwt': jwt({ secret: pem, alg: 'ES256' }),
  }
  const app = new Hono()
  for (const [name, each] of Object.entries(guards))
    app.get(`/${name}`, each, (c) => c.json({ message: 'hello' }))
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) => process.send?.(address))
}
