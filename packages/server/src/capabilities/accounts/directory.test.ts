import { beforeAll, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testServer } from '../../testing/server.ts'

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
    const closed = await testServer((await open()).db, { settings: { GATEHOUSE_DIRECTORY: 'admins' } })
    const [ana, admin] = [await closed.member('ana-outside'), await closed.admin()]
    expect((await closed.request('GET', '/users', { token: ana.token })).status).toBe(403)
    expect((await closed.request('GET', '/users', { token: admin.token })).status).toBe(200)
  })
})
