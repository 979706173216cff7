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
        [{ password: 'password1', current_password: testPassword }, 'weak_password'],
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

  describe('the profile', () => {
    test('is there from the start, empty, and is replaced as a whole', async () => {
      const ana = await server.member('profiled')
      const empty = { display_name: null, bio: null, picture: null, locale: null, data: {} }
      expect((await call('GET', '/users/me/profile', { token: ana.token })).body).toEqual(empty)
      const whole = {
        display_name: 'Ana',
        bio: 'Likes tea.',
        picture: 'https://example.com/a.png',
        locale: 'pt-BR',
        data: { theme: 'dark', tags: [1, null, { deep: true }] },
      }
      expect((await call('PUT', '/users/me/profile', { token: ana.token, body: whole })).body).toEqual(whole)
      expect((await call('GET', `/users/${ana.id}/profile`, { token: ana.token })).body).toEqual(whole)
      const less = await call('PUT', '/users/me/profile', { token: ana.token, body: { bio: 'Short.' } })
      expect(less.body).toEqual({ ...empty, bio: 'Short.' })
    })

    test('refuses what is too much, or not what it says it is', async () => {
      const ana = await server.member('overdoes')
      const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)])
      for (const [field, value] of [
        ['display_name', 'x'.repeat(101)],
        ['bio', 'x'.repeat(2001)],
        ['picture', 'javascript:alert(1)'],
        ['picture', 'http://example.com/a.png'],
        ['picture', 'https://user:pw@example.com/'],
        ['locale', 'no such tongue'],
        ['data', 'x'.repeat(16 * 1024)],
        ['data', nested(17)],
        ['username', 'other'],
        ['user_id', 'other'],
      ] as const) {
        const answer = await call('PUT', '/users/me/profile', { token: ana.token, body: { [field]: value } })
        expect([answer.status, answer.body.errors[0].field]).toEqual([422, field])
      }
      expect((await call('GET', '/users/me/profile', { token: ana.token })).body.bio).toBeNull()
    })
  })
})

describeEachDatabase('the directory', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })
  const call: TestServer['request'] = (...args) => server.request(...args)

  test('is paged: each user once, in the order of signing up, by following Link', async () => {
    const names = Array.from({ length: 7 }, (_, i) => `paged-${i}`)
    const people = []
    for (const name of names) people.push(await server.member(name))
    const token = people[0]?.token
    const seen: string[] = []
    let path: string | undefined = '/users?limit=3&q=paged'
    while (path !== undefined) {
      const page = await call('GET', path, { token, headers: { host: 'evil.example' } })
      expect(page.body.length).toBeLessThanOrEqual(3)
      for (const user of page.body) {
        expect(Object.keys(user)).toEqual(['id', 'username'])
        seen.push(user.username)
      }
      const link = page.headers.get('link')
      expect(link ?? '').not.toContain('evil')
      path = link === null ? undefined : /^<([^>]+)>; rel="next"$/.exec(link)?.[1]
    }
    expect(seen).toEqual(names)
  })

  test('is searched by literal text, whatever its case', async () => {
    const { token } = await server.member('Straße_1')
    await server.member('strasse-2')
    const found = async (q: string): Promise<string[]> =>
      (await call('GET', `/users?q=${encodeURIComponent(q)}`, { token })).body.map(
        (u: { username: string }) => u.username,
      )
    expect(await found('STRASSE')).toEqual(['Straße_1', 'strasse-2'])
    expect(await found('e_1')).toEqual(['Straße_1'])
    for (const nothing of ['%', '\\', 'e%1', "'", '*', 'stra_se']) expect(await found(nothing)).toEqual([])
  })

  test('shows whole users to who may read all, with a token for this server alone', async () => {
    const admin = await server.admin()
    const [first] = (await call('GET', '/users', { token: admin.token })).body
    expect(first).toHaveProperty('email_verified')
    const { token } = await server.signIn('root')
    const [plain] = (await call('GET', '/users', { token })).body
    expect(Object.keys(plain)).toEqual(['id', 'username'])
  })

  test.each([
    'limit=-1',
    'limit=0',
    'limit=101',
    'limit=1e9',
    'limit=1.5',
    'limit=x',
    'limit=',
    'cursor=made-up',
    'cursor=',
    'cursor=MDE5YTg',
    'q=%00',
    'colour=red',
  ])('refuses ?%s by name', async (query) => {
    const { token } = await server.signIn('root')
    const answer = await call('GET', `/users?${query}`, { token })
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, query.split('=')[0]])
  })

  test('takes a cursor of its own list only', async () => {
    const { token } = await server.signIn('root', server.ctx.config.issuer)
    const link = (await call('GET', '/audit?limit=1', { token })).headers.get('link') ?? ''
    const cursor = /cursor=([\w-]+)/.exec(link)?.[1] ?? ''
    expect((await call('GET', `/audit?cursor=${cursor}`, { token })).status).toBe(200)
    expect((await call('GET', `/users?cursor=${cursor}`, { token })).status).toBe(422)
  })

  test('is for administrators where that is configured', async () => {
    const closed = await testServer((await open()).db, { config: { directory: 'admins' } })
    const [ana, admin] = [await closed.member('ana-outside'), await closed.admin()]
    expect((await closed.request('GET', '/users', { token: ana.token })).status).toBe(403)
    expect((await closed.request('GET', '/users', { token: admin.token })).status).toBe(200)
  })
})
