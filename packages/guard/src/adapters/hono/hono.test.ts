import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { createTestIssuer } from '../../testing/index.ts'
import { createGuard, currentUser, own, role } from './index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const guard = createGuard({
  issuer: issuer.issuer,
  audience: 'lounge',
  jwks: issuer.jwks(),
  problem: () => ({ request_id: 'r1' }),
})
const app = new Hono()
  .get('/lounge', guard(), (c) =>
    c.json({ message: `Welcome, ${c.var.user.username}`, also: currentUser().id }),
  )
  .get('/users/:userId', guard(own('userId'), role('admin')), (c) => c.json(c.var.user))
const bearer = (claims: Record<string, unknown>): RequestInit => ({
  headers: { authorization: `Bearer ${issuer.sign(claims)}` },
})

test('a signed-in user is greeted, and known to whatever runs later', async () => {
  const response = await app.request('/lounge', bearer({ sub: 'ada', username: 'ada' }))
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ message: 'Welcome, ada', also: 'ada' })
})

test('a stranger gets a challenge and a problem document that the application may add to', async () => {
  const response = await app.request('/lounge')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="lounge"')
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ err: 'Unauthorized', status: 401, request_id: 'r1' })
})

test('own records and roles', async () => {
  expect((await app.request('/users/ada', bearer({ sub: 'ada' }))).status).toBe(200)
  expect((await app.request('/users/bob', bearer({ sub: 'ada' }))).status).toBe(403)
  expect((await app.request('/users/bob', bearer({ sub: 'ada', roles: ['admin'] }))).status).toBe(200)
})
