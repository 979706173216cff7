import jwt from '@fastify/jwt'
import { createGuard } from '@gatehouse/guard/fastify'
import fastify, {
  type FastifyInstance,
  type FastifyRequest,
  type onRequestAsyncHookHandler,
  type onRequestHookHandler,
} from 'fastify'
import type { Shared } from './token.ts'

type MakeHook = (
  app: FastifyInstance,
  shared: Shared,
) => onRequestHookHandler | Promise<onRequestHookHandler | onRequestAsyncHookHandler>

const guards: Readonly<Record<string, MakeHook>> = {
  open: () => (_request, _reply, done) => done(),
  gatehouse: (app, { issuer, audience, jwk }) =>
    gatehouse(app, { issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } }),
  'gatehouse, all from its issuer': (app, { issuer, audience }) =>
    gatehouse(app, { issuer, audience, typ: 'JWT' }),
  'fastify-jwt': (app, shared) => fastifyJwt(app, shared, false),
  'fastify-jwt, its cache': (app, shared) => fastifyJwt(app, shared, true),
}

async function gatehouse(
  app: FastifyInstance,
  options: Parameters<typeof createGuard>[0],
): Promise<onRequestHookHandler> {
  const guard = createGuard(options)
  await app.register(guard.plugin)
  return guard() as onRequestHookHandler
}

async function fastifyJwt(
  app: FastifyInstance,
  { issuer, audience, pem }: Shared,
  cache: boolean,
): Promise<onRequestAsyncHookHandler> {
  await app.register(jwt, {
    secret: { public: pem },
    verify: { algorithms: ['ES256'], allowedIss: issuer, allowedAud: audience, cache },
  })
  return async (request: FastifyRequest) => void (await request.jwtVerify())
}

/** One route behind a guard, on Fastify. */
export async function serveFastify(name: string, shared: Shared): Promise<void> {
  const guard = guards[name]
  if (guard === undefined) throw new Error(`Fastify has no guard called ${name} here.`)
  const app = fastify()
  app.get('/', { onRequest: await guard(app, shared) }, () => ({ message: 'hello' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  process.send?.(app.server.address())
}
