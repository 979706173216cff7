import { expect, onTestFinished, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestCall, testServer } from '../../testing/server.ts'
import { rotateKeys } from '../keys/index.ts'

/** Milliseconds until a new key signs. */
const overlap = 305_000

describeEachDatabase('keys over HTTP', (open) => {
  const start = async (config: object = {}) => {
    const server = await testServer((await open()).db, { config }, { feed: true })
    onTestFinished(async () => server.close())
    const { token } = await server.admin()
    const call = (method: string, path: string, more: TestCall = {}) =>
      server.request(method, path, { token, ...more })
    const keys = async (use = 'token') => {
      const { body } = await call('GET', '/keys')
      return (body as { kid: string; use: string; state: string }[]).filter((key) => key.use === use)
    }
    const published = async () => {
      const { body } = await server.request('GET', '/.well-known/jwks.json')
      return (body.keys as { kid: string }[]).map(({ kid }) => kid)
    }
    const events = async () => {
      const { body } = await call('GET', '/audit?limit=100')
      return (body as { action: string; actor: string; target: string }[]).filter(({ action }) =>
        action.startsWith('keys.'),
      )
    }
    return { ...server, call, keys, published, events }
  }

  test('are listed without any part of them, page by page', async () => {
    const { call, keys, ctx } = await start()
    for (let i = 0; i < 3; i++) await rotateKeys(ctx, { use: 'feed', emergency: true })
    const all = await call('GET', '/keys')
    expect(all.body).toHaveLength(6)
    expect(Object.keys(all.body[0]).sort()).toEqual(
      'alg created_at kid published_until revoked_at signs_from signs_until state use'.split(' '),
    )
    expect(all.headers.get('cache-control')).toBe('no-store')
    expect((await keys('feed')).map(({ state }) => state).sort()).toEqual([
      'revoked',
      'revoked',
      'revoked',
      'signing',
    ])
    const seen: string[] = []
    for (let path: string | undefined = '/keys?limit=2'; path !== undefined; ) {
      const page = await call('GET', path)
      seen.push(...page.body.map(({ kid }: { kid: string }) => kid))
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(all.body.map(({ kid }: { kid: string }) => kid))
  })

  test('are rotated: published now, signing later, and written down with who did it', async () => {
    const { call, keys, published, events, clock, ...server } = await startWithClock()
    const [old] = await keys()
    const rotated = await call('POST', '/keys/rotate', { body: {} })
    expect([rotated.status, rotated.body.state]).toEqual([200, 'upcoming'])
    expect((await call('POST', '/keys/rotate', { body: {} })).body.kid).toBe(rotated.body.kid)
    expect(await published()).toEqual([rotated.body.kid, old?.kid])
    expect(await events()).toMatchObject([
      { action: 'keys.rotated', actor: server.rootId, target: rotated.body.kid },
    ])
    clock.advance(overlap)
    expect((await keys()).map(({ state }) => state)).toEqual(['signing', 'published'])
  })

  test('that sign or are about to are not dropped; one that signs no more is, with its tokens', async () => {
    const { call, keys, published, clock, ...server } = await startWithClock()
    const [old] = await keys()
    const path = `/keys/${old?.kid}`
    expect((await call('DELETE', path)).body).toMatchObject({ status: 409, code: 'key_in_use' })
    const upcoming = (await call('POST', '/keys/rotate', { body: { use: 'token' } })).body.kid
    for (const kid of [old?.kid, upcoming])
      expect((await call('DELETE', `/keys/${kid}`)).body.code).toBe('key_in_use')
    expect(await published()).toHaveLength(2)

    const ana = await server.member('ana')
    clock.advance(overlap)
    const officer = (await server.officer('late', ['admin'])).token
    expect((await server.request('GET', '/users/me', { token: ana.token })).status).toBe(200)
    expect((await server.request('DELETE', path, { token: officer })).status).toBe(204)
    expect(await published()).toEqual([upcoming])
    expect((await server.request('GET', '/users/me', { token: ana.token })).status).toBe(401)
    const renewed = await server.request('POST', '/auth/refresh', {
      body: { refresh_token: ana.refreshToken },
    })
    expect(renewed.status).toBe(200)
    expect((await server.request('GET', '/users/me', { token: renewed.body.token })).status).toBe(200)
    const row = await server.ctx.db
      .selectFrom('keys')
      .select('private_sealed')
      .where('kid', '=', old?.kid ?? '')
      .execute()
    expect(row).toEqual([{ private_sealed: null }])
    for (const kid of [old?.kid, 'unknown', 'rotate', '%00', "'--"])
      expect((await server.request('DELETE', `/keys/${kid}`, { token: officer })).body).toMatchObject({
        status: 404,
        code: 'key_not_found',
      })
    const audit = await server.request('GET', '/audit', { token: officer })
    expect(audit.body).toContainEqual(expect.objectContaining({ action: 'keys.dropped', target: old?.kid }))
  })

  test('in an emergency are replaced at once, and the caller’s own token goes with them', async () => {
    const { call, published, ...server } = await start()
    const before = await published()
    const { status, body } = await call('POST', '/keys/rotate', { body: { emergency: true } })
    expect([status, body.state]).toEqual([200, 'signing'])
    expect(await published()).toEqual([body.kid])
    expect(before).not.toContain(body.kid)
    expect((await call('GET', '/keys')).status).toBe(401)
    expect((await server.signIn('root')).token).toBeTruthy()
  })

  test('are read with keys:read, changed with keys:write alone, and with a token for the server alone', async () => {
    const server = await start()
    await server.role('reader', ['keys:read'])
    await server.role('writer', ['keys:write'])
    const [reader, writer] = [
      await server.officer('reader', ['reader']),
      await server.officer('writer', ['writer']),
    ]
    const member = await server.member('ana')
    const forApis = await server.signIn('writer')
    const statuses = async (token: string | undefined) => [
      (await server.request('GET', '/keys', { token })).status,
      (await server.request('POST', '/keys/rotate', { token, body: { use: 'feed' } })).status,
      (await server.request('DELETE', '/keys/x', { token })).status,
    ]
    expect(await statuses(undefined)).toEqual([401, 401, 401])
    expect(await statuses(member.token)).toEqual([403, 403, 403])
    expect(await statuses(forApis.token)).toEqual([403, 403, 403])
    expect(await statuses(reader.token)).toEqual([200, 403, 403])
    expect(await statuses(writer.token)).toEqual([200, 200, 404])
    await server.giveRoles(writer.id, ['member'])
    expect(await statuses(writer.token)).toEqual([401, 401, 401])
    const demoted = await server.signIn('writer', server.ctx.config.issuer)
    expect(await statuses(demoted.token)).toEqual([403, 403, 403])
  })

  test('for tokens are none where tokens are signed with a shared secret', async () => {
    const server = await start({ tokenProfile: 'shared-secret', jwtSecret: Buffer.alloc(32, 1) })
    const refused = await server.call('POST', '/keys/rotate', { body: {} })
    expect(refused.body).toMatchObject({
      status: 422,
      errors: [{ field: 'use', code: 'no_such_keys' }],
    })
    expect((await server.call('POST', '/keys/rotate', { body: { use: 'feed' } })).status).toBe(200)
  })

  async function startWithClock() {
    const server = await start()
    const me = await server.call('GET', '/users/me')
    return { ...server, clock: server.ctx.clock, rootId: me.body.id as string }
  }
})
