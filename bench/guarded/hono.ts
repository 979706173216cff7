import { createGuard } from '@gatehouse/guard/hono'
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { jwt } from 'hono/jwt'
import type { Shared } from './token.ts'

const guards: Readonly<Record<string, (shared: Shared) => MiddlewareHandler>> = {
  open: () => (_context, next) => next(),
  gatehouse: ({ issuer, audience, jwk }) =>
    createGuard({ issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } })() as MiddlewareHandler,
  'gatehouse, all from its issuer': ({ issuer, audience }) =>
    createGuard({ issuer, audience, typ: 'JWT' })() as MiddlewareHandler,
  'hono-jwt': ({ pem }) => jwt({ secret: pem, alg: 'ES256' }),
}

/** One route behind a guard, on Hono. */
export function serveHono(name: string, shared: Shared): void {
  const guard = guards[name]
  if (guard === undefined) throw new Error(`Hono has no guard called ${name} here.`)
  const app = new Hono()
  app.get('/', guard(shared), (c) => c.json({ message: 'hello' }))
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address) => process.send?.(address))
}
