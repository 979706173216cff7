import { beforeAll, describe, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'

const strong = 'grapefruit-lantern-77-orbit'

describeEachDatabase('users over HTTP', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })
  const call: TestServer['request'] = (...args) => server.request(...args)

  describe('reading', () => {
    test('one’s own record, by id and as me', async () => {
      const ana = await server.member('reader')
      for (const path of [`/users/${ana.id}`, '/users/me']) {
        const answer = await call('GET', path, { token: ana.token })
        expect(answer.status).toBe(200)
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(answer.body).toEqual({
          id: ana.id,
          username: 'reader',
          email: null,
          email_verified: false,
          pending_email: null,
          roles: ['member'],
          disabled: false,
          created_at: new Date(server.ctx.clock.now()).toISOString(),
          updated_at: new Date(server.ctx.clock.now()).toISOString(),
        })
      }
    })

    test('anybody else’s id is refused with one and the same body, there or not, well-formed or not', async () => {
      const [one, other] = [await server.member('curious'), await server.member('private')]
      const bodies = new Set<string>()
      for (const id of [
        other.id,
        '019a8f4e-6b1c-7d7e-9d0b-0c6a2f3e4d5c',
        'x',
        '%00',
        "'--",
        'null',
        '..%2f',
        '%ff',
      ]) {
        for (const [method, path] of [
          ['GET', ''],
          ['DELETE', ''],
          ['PATCH', ''],
          ['GET', '/profile'],
        ] as const) {
          const answer = await call(method, `/users/${id}${path}`, {
            token: one.token,
            ...(method === 'PATCH' ? { body: { username: 'taken-over' } } : {}),
          })
          expect(answer.status, `${method} ${id}${path}`).toBe(403)
          const { request_id, ...body } = answer.body
          expect(request_id).toBe(answer.headers.get('x-request-id'))
          if (method === 'GET' && path === '') bodies.add(JSON.stringify(body))
        }
      }
      expect(bodies.size).toBe(1)
    })

    test('who may read all is told that a user does not exist, whatever the id looks like', async () => {
      await server.role('reader', ['users:read'])
      const officer = await server.officer('all-seeing', ['reader'])
      for (const id of ['019a8f4e-6b1c-7d7e-9d0b-0c6a2f3e4d5c', 'x', '%00', '%ff', "'--"]) {
        const answer = await call('GET', `/users/${id}`, { token: officer.token })
        expect([answer.status, answer.body.err]).toEqual([404, 'User not found'])
      }
      const ana = await server.member('seen')
      expect((await call('GET', `/users/${ana.id}`, { token: officer.token })).body.username).toBe('seen')
    })
  })

  describe('changing one’s own', () => {
    test('username: the old one is free at once, a taken one is 409, whatever its case', async () => {
      const [ana, bob] = [await server.member('before'), await server.member('bob-there')]
      const renamed = await call('PATCH', '/users/me', { token: ana.token, body: { username: 'After' } })
      expect([renamed.status, renamed.body.username]).toEqual([200, 'After'])
      await server.member('before')
      const taken = await call('PATCH', '/users/me', { token: bob.token, body: { username: 'aFTER' } })
      expect([taken.status, taken.body.code]).toEqual([409, 'username_taken'])
    })

    test('e-mail: two people may claim one address, and neither is told', async () => {
      const [ana, bob] = [await server.member('mail-one'), await server.member('mail-two')]
      for (const { token } of [ana, bob]) {
        const answer = await call('PATCH', '/users/me', { token, body: { email: 'shared@example.com' } })
        expect(answer.body).toMatchObject({ email: 'shared@example.com', email_verified: false })
      }
      const unverified = await call('POST', '/auth/sign-in', {
        body: { username: 'shared@example.com', password: testPassword },
      })
      expect(unverified.status).toBe(401)
      const removed = await call('PATCH', '/users/me', { token: ana.token, body: { email: null } })
      expect(removed.body.email).toBeNull()
    })

    test('password: the present one is needed, and every other session ends', async () => {
      const ana = await server.member('changes-password')
      const elsewhere = await server.signIn('changes-password')
      const attempt = (body: object) => call('PATCH', '/users/me', { token: ana.token, body })
      for (const [body, code] of [
        [{ password: strong }, 'required'],
        [{ password: strong, current_password: 'wrong' }, 'wrong_password'],
        [{ password: 'password1password1', current_password: testPassword }, 'weak_password'],
        [{ password: 'short', current_password: testPassword }, 'too_short'],
      ] as const) {
        const refused = await attempt(body)
        expect([refused.status, refused.body.errors[0].code]).toEqual([422, code])
      }
      expect((await attempt({ password: strong, current_password: testPassword })).status).toBe(200)
      expect((await call('GET', '/users/me', { token: ana.token })).status).toBe(200)
      expect((await call('GET', '/users/me', { token: elsewhere.token })).status).toBe(401)
      const refreshed = await call('POST', '/auth/refresh', {
        body: { refresh_token: elsewhere.refreshToken },
      })
      expect(refreshed.status).toBe(401)
      const body = { username: 'changes-password', password: strong }
      expect((await call('POST', '/auth/sign-in', { body })).status).toBe(200)
    })

    test('what an account is got into with needs a sign-in at most ten minutes old (RFC 9470)', async () => {
      const ana = await server.member('stale-one')
      server.ctx.clock.advance(600_001)
      const { body } = await call('POST', '/auth/refresh', { body: { refresh_token: ana.refreshToken } })
      const token: string = body.token
      for (const change of [
        { username: 'fresher' },
        { email: 'a@example.com' },
        { password: strong, current_password: testPassword },
      ]) {
        const answer = await call('PATCH', '/users/me', { token, body: change })
        expect(answer.status).toBe(401)
        const challenge = answer.headers.get('www-authenticate')
        expect(challenge).toContain('error="insufficient_user_authentication"')
        expect(challenge).toContain('max_age="600"')
      }
      expect((await call('DELETE', '/users/me', { token })).status).toBe(401)
      expect((await call('PUT', '/users/me/profile', { token, body: { bio: 'still here' } })).status).toBe(
        200,
      )
      const again = await server.signIn('stale-one')
      expect(
        (await call('PATCH', '/users/me', { token: again.token, body: { username: 'fresher' } })).status,
      ).toBe(200)
    })

    test('`disabled` is nothing that one decides about oneself', async () => {
      const ana = await server.member('wants-out')
      expect((await call('PATCH', '/users/me', { token: ana.token, body: { disabled: true } })).status).toBe(
        403,
      )
    })

    test('deletion: everything is gone, tokens are refused at once, and the username is free', async () => {
      const ana = await server.member('leaves')
      expect((await call('DELETE', '/users/me', { token: ana.token })).status).toBe(204)
      expect((await call('GET', '/users/me', { token: ana.token })).status).toBe(401)
      const refreshed = await call('POST', '/auth/refresh', { body: { refresh_token: ana.refreshToken } })
      expect(refreshed.status).toBe(401)
      const body = { username: 'LEAVES', password: testPassword }
      expect((await call('POST', '/auth/sign-up', { body })).status).toBe(201)
    })
  })
})
