import jwt from '@fastify/jwt'
import { createGuard } from '@gatehouse/guard/fastify'
import fastify, { type FastifyRequest } from 'fastify'
import type { Shared } from './token.ts'

/** One route behind each guard, on Fastify. */
export async function serveFastify({ issuer, audience, jwk, pem }: Shared): Promise<void> {
  const app = fastify()
  const handler = (): object => ({ message: 'hello' })
  app.get('/open', { onRequest: (_request, _reply, done) => done() }, handler)

  const guard = createGuard({ issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } })
  await app.register(async (scope) => {
    await scope.register(guard.plugin)
    scope.get('/gatehouse', { onRequest: guard() }, handler)
  })
  for (const cache of [false, true]) {
    await app.register(async (scope) => {
      await scope.register(jwt, {
        secret: { public: pem },
        verify: { algorithms: ['ES256'], allowedIss: issuer, allowedAud: audience, cache },
        namespace: cache ? 'cached' : 'plain',
        decoratorName: cache ? 'cachedUser' : 'plainUser',
        jwtVerify: cache ? 'verifyCached' : 'verifyPlain',
      })
      const verify = (request: FastifyRequest): Promise<unknown> => {
        const each = request as FastifyRequest &
          Record<'verifyCached' | 'verifyPlain', () => Promise<unknown>>
        return cache ? each.verifyCached() : each.verifyPlain()
      }
      const path = cache ? '/fastify-jwt-cached' : '/fastify-jwt'
      scope.get(path, { onRequest: async (request) => void (await verify(request)) }, handler)
    })
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  process.send?.(app.server.address())
}
