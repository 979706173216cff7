import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import bcrypt from 'bcryptjs'
import { afterAll, expect, test } from 'vitest'
import { testClock, testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { updateUser } from '../accounts/index.ts'
import { importUsers } from '../imports/service.ts'
import { exchangeLegacyToken } from './legacy.ts'
import { sweepExchanged } from './legacy-store.ts'

const system = { kind: 'system' } as const
const secret = 'the JWT_SECRET of the application before, 32 bytes and more'
const settings = { GATEHOUSE_LEGACY_UNTIL: '2030-01-01', GATEHOUSE_LEGACY_SECRET: secret }
const start = Date.parse('2029-12-01T00:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-legacy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const hash = bcrypt.hashSync('an old password', 4)

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
function tokenOf(claims: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }, key = secret): string {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
const seconds = (at: number) => Math.floor(at / 1000)
const exp = seconds(start) + 3600

describeEachDatabase('a token of the application before', (open) => {
  async function started(environment: Record<string, string> = settings) {
    const database = await open()
    const server = await testServer(database.db, { settings: environment, clock: testClock(start) })
    const rows = [7, 8].map((id) => ({ id, username: `user-${id}`, password: hash }))
    const path = join(folder, 'users.json')
    writeFileSync(path, JSON.stringify(rows))
    const options = {
      from: 'flask',
      format: undefined,
      dryRun: false,
      createRoles: false,
      grantPower: false,
    } as const
    const rest = {
      mapRoles: new Map(),
      rename: false,
      assumeVerified: false,
      firebase: undefined,
      restart: false,
    }
    await importUsers(server.ctx, path, { ...options, ...rest })
    const exchange = (token: unknown) => server.request('POST', '/auth/exchange-legacy', { body: { token } })
    const code = async (token: unknown) => (await exchange(token)).body?.code ?? 'ok'
    return { ...server, database, exchange, code }
  }

  test.each([
    ['sub', { sub: '7', exp }],
    ['a number', { id: 7, exp, iat: seconds(start) - 3600 }],
    ['user_id', { user_id: 7 }],
    ['payload', { payload: { id: 7, username: 'user-7' } }],
  ])('with its user as %s opens a session once, and never one that counts as recent', async (_, claims) => {
    const { exchange, code, request } = await started()
    const token = tokenOf(claims)
    const { status, body } = await exchange(token)
    expect([status, body.user?.username]).toEqual([200, 'user-7'])
    expect((await request('GET', '/users/me', { token: body.token })).status).toBe(200)
    const change = await request('PATCH', '/users/me', { token: body.token, body: { username: 'mallory' } })
    expect(change.body.code).toBe('recent_sign_in_required')
    expect(await code(token)).toBe('legacy_token_refused')
    // another spelling of the same bytes
    const last = token.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = alphabet[alphabet.indexOf(last) ^ 1] ?? ''
    expect(await code(token.slice(0, -1) + twin)).toBe('legacy_token_refused')
  })

  test('is refused if anything about it is not as it must be', async () => {
    const { ctx, code } = await started()
    const good = { sub: '7', exp }
    const [header, payload] = tokenOf(good).split('.')
    const bad: unknown[] = [
      tokenOf(good, { alg: 'none' }),
      `${part({ alg: 'none' })}.${payload}.`,
      tokenOf(good, { alg: 'HS512' }),
      tokenOf(good, { alg: 'HS256', crit: ['x'] }),
      tokenOf(good, undefined, 'another secret that is long enough, but not the one'),
      `${header}.${part({ sub: '8', exp })}.${tokenOf(good).split('.')[2]}`,
      tokenOf({ sub: '7', exp: seconds(start) - 1 }),
      tokenOf({ sub: '7', exp: 'never' }),
      tokenOf({ sub: '7', exp, nbf: seconds(start) + 100 }),
      tokenOf({ sub: '7', exp, iat: seconds(start) + 100 }),
      tokenOf({ sub: '9', exp }),
      tokenOf({ sub: ['7'], exp }),
      tokenOf({ sub: '7', id: 8, exp }),
      tokenOf({ sub: '', exp }),
      tokenOf({ sub: '7\u0000', exp }),
      tokenOf({ sub: '7', sid: 'a session of this server', exp }),
      tokenOf({ sub: '7', iss: ctx.config.issuer, exp }),
      tokenOf(null),
      'x',
      '..',
      'x'.repeat(5000),
    ]
    for (const token of bad) expect([token, await code(token)]).toEqual([token, 'legacy_token_refused'])
    expect(await code(7)).toBe('invalid_input')
    expect(await code(tokenOf(good))).toBe('ok')
  })

  test('is not exchanged without the settings, nor after the date, whatever is sent', async () => {
    const without = await started({})
    for (const token of [tokenOf({ sub: '7', exp }), 7])
      expect(await without.code(token)).toBe('route_not_found')
    const { ctx, code, exchange } = await started()
    ctx.clock.set(Date.parse('2029-12-31T23:59:59Z'))
    expect(await code(tokenOf({ sub: '7' }))).toBe('ok')
    ctx.clock.set(Date.parse('2030-01-01T00:00:00Z'))
    expect((await exchange(tokenOf({ sub: '8' }))).status).toBe(404)
  })

  test('does not outlive a change of the password, nor let in who is disabled', async () => {
    const { ctx, code, request } = await started()
    const signedIn = await request('POST', '/auth/sign-in', {
      body: { username: 'user-7', password: 'an old password' },
    })
    expect(signedIn.status).toBe(200)
    // the hash was replaced, the password was not
    expect(await code(tokenOf({ sub: '7', exp, jti: '1' }))).toBe('ok')
    ctx.clock.advance(1)
    await updateUser(ctx, system, signedIn.body.user.id, { password: 'staple-horse-battery-9-more' })
    expect(await code(tokenOf({ sub: '7', exp, jti: '2' }))).toBe('legacy_token_refused')
    const { id } = await ctx.db
      .selectFrom('users')
      .select('id')
      .where('username', '=', 'user-8')
      .executeTakeFirstOrThrow()
    await updateUser(ctx, system, id, { disabled: true })
    expect(await code(tokenOf({ sub: '8', exp }))).toBe('account_disabled')
  })

  test('opens one session for 50 who come at once, from two instances', async () => {
    const { ctx, database } = await started()
    const other = testContext(await database.connect(), { settings, clock: ctx.clock })
    const token = tokenOf({ sub: '7', exp })
    const client = { address: '203.0.113.5', hints: {} }
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => exchangeLegacyToken(i % 2 === 0 ? ctx : other, { token }, client)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const each of results) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'legacy_token_refused' })
    }
    const sessions = await ctx.db.selectFrom('sessions').selectAll().execute()
    expect(sessions.map(({ method, auth_time }) => [method, Number(auth_time)])).toEqual([
      ['legacy_token', 0],
    ])
  })

  test('is forgotten once it has expired', async () => {
    const { ctx, code } = await started()
    expect(await code(tokenOf({ sub: '7', exp }))).toBe('ok')
    await sweepExchanged(ctx.db, ctx.clock.now())
    expect(await ctx.db.selectFrom('exchanged_tokens').selectAll().execute()).toHaveLength(1)
    await sweepExchanged(ctx.db, exp * 1000 + 1)
    expect(await ctx.db.selectFrom('exchanged_tokens').selectAll().execute()).toEqual([])
  })
})
