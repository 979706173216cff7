import { beforeAll, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testServer } from '../../testing/server.ts'

describeEachDatabase('a profile', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })
  const call: TestServer['request'] = (...args) => server.request(...args)

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
