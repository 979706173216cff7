import fastify from 'fastify'
import { expect, test } from 'vitest'
import { createTestIssuer } from '../../testing/index.ts'
import { createGuard, currentUser } from './index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const makeGuard = () => createGuard({ issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() })
const headers = { authorization: `Bearer ${issuer.sign({ sub: 'ada' })}` }

test('without the plugin a guarded route lets nobody in, and says which line is missing', async () => {
  const guard = makeGuard()
  const app = fastify()
  app.post('/lounge', { onRequest: guard() }, () => ({ user: currentUser().id }))
  const answer = await app.inject({ method: 'POST', url: '/lounge', headers, payload: {} })
  expect(answer.statusCode).toBe(500)
  expect(answer.json().message).toContain('await app.register(guard.plugin)')
  await expect(guard.seal(app)).rejects.toThrow('await app.register(guard.plugin)')
})

test('with the plugin, registered in a scope of its own too, the caller is known after the body was read', async () => {
  const guard = makeGuard()
  const app = fastify()
  await app.register(async (scope) => {
    await scope.register(guard.plugin)
    scope.post('/lounge', { onRequest: guard() }, () => ({ user: currentUser().id }))
  })
  const answer = await app.inject({ method: 'POST', url: '/lounge', headers, payload: { text: 'x' } })
  expect(answer.json()).toEqual({ user: 'ada' })
})
