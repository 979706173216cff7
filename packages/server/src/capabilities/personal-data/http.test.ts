import { beforeAll, describe, expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type Person, type TestServer, testPassword, testServer } from '../../testing/server.ts'

describeEachDatabase('an export', (open) => {
  let server: TestServer
  let ana: Person
  beforeAll(async () => {
    const { db, pool } = await open()
    server = await testServer(db, { throttles: createThrottles(pool) })
    ana = await server.member('ana')
  })
  const get = (userId: string, token: string | undefined, from: TestServer = server) =>
    from.request('GET', `/users/${userId}/export`, { token })
  const part = (body: { parts: { name: string; records: Record<string, unknown>[] }[] }, name: string) =>
    body.parts.find((each) => each.name === name)?.records ?? []

  test('has what every capability holds, as one described document', async () => {
    const headers = { 'User-Agent': 'Ana’s browser/1.0'.replace('’', "'") }
    const body = { username: 'ana', password: testPassword }
    await server.request('POST', '/auth/sign-in', { body, headers })
    await server.request('POST', '/auth/sign-in', { body: { ...body, password: 'wrong' }, headers })
    const profile = { display_name: 'Ana Ünïcode', bio: 'A "quoted"\nlife', data: { shoes: 38 } }
    await server.request('PUT', '/users/me/profile', { token: ana.token, body: profile })

    const answer = await get('me', ana.token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toContain('no-store')
    expect(answer.headers.get('content-disposition')).toContain('attachment')
    expect(answer.body).toMatchObject({ user_id: ana.id, issuer: 'http://localhost:3000' })
    for (const { description } of answer.body.parts) expect(description.length).toBeGreaterThan(20)
    expect(part(answer.body, 'account')).toMatchObject([{ id: ana.id, username: 'ana', email: null }])
    expect(part(answer.body, 'profile')).toMatchObject([profile])
    expect(part(answer.body, 'roles')).toEqual([{ role: 'member', permissions: [] }])
    expect(part(answer.body, 'sessions').map(({ user_agent }) => user_agent)).toContain("Ana's browser/1.0")
    expect(part(answer.body, 'devices').length).toBeGreaterThan(0)
    const actions = part(answer.body, 'audit_events').map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['user.created', 'sign_in.succeeded', 'user.exported']))
  })

  test('has no secret: no hash, no token, no digest', async () => {
    const { db } = server.ctx
    const { text } = await get('me', ana.token)
    const [hashes, devices, tokens] = await Promise.all([
      db.selectFrom('credentials').select('password_hash as secret').execute(),
      db.selectFrom('known_devices').select('digest as secret').execute(),
      db.selectFrom('refresh_tokens').select('digest as secret').execute(),
    ])
    const secrets = [...hashes, ...devices, ...tokens].map(({ secret }) => secret)
    expect(secrets.length).toBeGreaterThan(2)
    for (const secret of [...secrets, ana.refreshToken, testPassword]) expect(text).not.toContain(secret)
  })

  test('of more rows than a page is whole, and in order', async () => {
    const ben = await server.member('ben')
    const now = server.ctx.clock.now()
    const rows = Array.from({ length: 450 }, (_, i) => ({
      id: `zz-${String(i).padStart(4, '0')}`,
      at: now,
      actor: ben.id,
      action: 'user.profile',
      target: null,
      detail: '{}',
      count: 1,
    }))
    await server.ctx.db
      .insertInto('audit_events')
      .values(rows as never)
      .execute()
    const { body } = await get('me', ben.token)
    const ids = part(body, 'audit_events').map(({ id }) => String(id))
    expect(ids.filter((id) => id.startsWith('zz-'))).toEqual(rows.map(({ id }) => id))
  })

  describe('of somebody else', () => {
    test('needs `users:export`, a token for the server alone, and at least their power', async () => {
      await server.role('porter', ['users:export', 'users:read'])
      const porter = await server.officer('porter', ['porter'])
      const root = await server.admin()
      expect((await get(ana.id, porter.token)).status).toBe(200)
      expect((await get(ana.id, root.token)).status).toBe(200)
      expect((await get(root.id, porter.token)).body.code).toBe('forbidden')
      expect((await get(porter.id, ana.token)).status).toBe(403)
      expect((await get('nobody', ana.token)).status).toBe(403)
      expect((await get('nobody', porter.token)).status).toBe(404)
      expect((await get(ana.id, (await server.signIn('porter')).token)).status).toBe(403)
      expect((await get(ana.id, undefined)).status).toBe(401)
    })

    test('does not show who else acted on the account, nor from where', async () => {
      const root = await server.officer('chief', ['admin'])
      await server.request('PATCH', `/users/${ana.id}`, {
        token: root.token,
        body: { email: 'ana@example.com' },
        headers: { 'User-Agent': 'The administrator’s'.replace('’', '') },
      })
      const { body, text } = await get('me', ana.token)
      const change = part(body, 'audit_events').find(({ action }) => action === 'user.updated')
      expect(change).toMatchObject({ actor: 'another user', address: null, user_agent: null })
      expect(text).not.toContain(root.id)
      expect(text).not.toContain('The administrators')
    })
  })

  test('of one’s own needs a recent sign-in', async () => {
    const eve = await server.member('eve')
    server.ctx.clock.advance(601_000)
    // the token is still good for a moment: it is the sign-in that is too old
    const { token } = (
      await server.request('POST', '/auth/refresh', { body: { refresh_token: eve.refreshToken } })
    ).body
    const answer = await get('me', token)
    expect([answer.status, answer.body.code]).toEqual([401, 'recent_sign_in_required'])
    expect(answer.headers.get('www-authenticate')).toContain('max_age')
  })

  test('is limited to ten an hour for an account', async () => {
    const max = await server.member('max')
    const answers = await Promise.all(Array.from({ length: 15 }, () => get('me', max.token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/)
    const limits = answers.map(({ status, headers }) => `${status} ${headers.get('ratelimit')}`)
    expect(limits.filter((limit) => /^429 "export";r=0;t=3[56]\d\d$/.test(limit))).toHaveLength(5)
    const left = limits.flatMap((limit) => /^200 "export";r=(\d);/.exec(limit)?.[1] ?? [])
    expect(left.map(Number).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"export";q=10;w=3600')
  })
})
