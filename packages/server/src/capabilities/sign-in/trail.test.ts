import { expect, test } from 'vitest'
import type { Executor } from '../../platform/db/executor.ts'
import { loggerTo } from '../../platform/log.ts'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { heldRoom } from '../../testing/held-time.ts'
import { type TestCall, testPassword, testServer } from '../../testing/server.ts'
import { updateUser } from '../accounts/index.ts'
import { listEvents, writeFailures } from '../audit/index.ts'
import { type Client, signIn } from './index.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
const laterFirefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0'
const typed = 'my-Secret-Passw0rd'

describeEachDatabase('what attempts to sign in leave behind', (open) => {
  const start = async (limits = false) => {
    const { db, pool } = await open()
    const lines: Record<string, unknown>[] = []
    const log = loggerTo('info', { write: (line) => void lines.push(JSON.parse(line)) })
    // nobody may wait: what would be slowed is refused
    const waitingRoom = heldRoom({ places: 0, longest: 0 }).room
    const throttles = limits ? { throttles: createThrottles(pool), waitingRoom } : {}
    const server = await testServer(db, { config: { trustProxy: 1 }, log, ...throttles })
    const from = (address: string, call: TestCall = {}, userAgent = 'curl/8.1'): TestCall => ({
      ...call,
      headers: { 'X-Forwarded-For': address, 'User-Agent': userAgent, ...call.headers },
    })
    const attempt = (address: string, username: string, password: string, userAgent?: string) =>
      server.request('POST', '/auth/sign-in', from(address, { body: { username, password } }, userAgent))
    const events = async (filter: Parameters<typeof listEvents>[2] = {}) => {
      await writeFailures(server.ctx)
      return (await listEvents(server.ctx, { limit: 100 }, filter)).items
    }
    return { ...server, db, pool, lines, from, attempt, events }
  }

  test('104 failures: the log has address and account of each, the audit trail their number', async () => {
    const { attempt, events, lines, member } = await start(true)
    const ana = await member('ana')
    lines.length = 0
    for (let i = 0; i < 104; i += 1) await attempt('203.0.113.9', 'ana', `guess ${i}`)
    expect(lines).toHaveLength(104)
    for (const line of lines) {
      expect(line).toMatchObject({ address: '203.0.113.9', user_id: ana.id, level: 40 })
      expect(line['request_id']).toEqual(expect.any(String))
    }
    expect(lines.filter(({ event }) => event === 'sign_in.failed')).toHaveLength(10)
    expect(lines.filter(({ event }) => event === 'sign_in.throttled')).toHaveLength(94)
    const shared = { target: ana.id, address: '203.0.113.9', userAgent: 'curl/8.1', outcome: 'failure' }
    const written = (await events({ target: ana.id })).filter(({ actor }) => actor === 'anonymous')
    expect(written).toHaveLength(2)
    expect(written).toContainEqual(
      expect.objectContaining({ ...shared, action: 'sign_in.failed', count: 10 }),
    )
    expect(written).toContainEqual(
      expect.objectContaining({ ...shared, action: 'sign_in.throttled', count: 94 }),
    )
  })

  test('a name that no account has is in neither the log nor the database', async () => {
    const { attempt, db, events, lines } = await start(true)
    for (let i = 0; i < 12; i += 1) await attempt('203.0.113.9', typed, 'x')
    await attempt('203.0.113.9', `${typed}@example.com`, 'x')
    await attempt('203.0.113.9', `@${typed}`, 'x')
    const written = await events({ actor: 'anonymous' })
    expect(written.every(({ target }) => target === null)).toBe(true)
    expect(written.reduce((sum, { count }) => sum + count, 0)).toBe(14)
    const rows = await db.selectFrom('audit_events').selectAll().execute()
    expect(JSON.stringify([rows, lines]).toLowerCase()).not.toContain(typed.toLowerCase())
  })

  test('an unknown name and a wrong password cost the same statements, and leave rows of the same kind', async () => {
    const { ctx, db, events, member, pool } = await start()
    const ana = await member('ana')
    let statements = 0
    const counting: Executor = db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        statements += 1
        return result
      },
    })
    const countingPool = pool && {
      query: (statement: { text: string; values: unknown[] }) => {
        statements += 1
        return pool.query(statement)
      },
    }
    const counted = { ...ctx, db: counting, throttles: createThrottles(countingPool) }
    const client: Client = { address: '203.0.113.9', hints: { userAgent: 'curl/8.1' } }
    const costOf = async (username: string) => {
      statements = 0
      await expect(signIn(counted, { username, password: 'wrong' }, client)).rejects.toThrow()
      await writeFailures(counted)
      return statements
    }
    const [wrong, unknown] = [await costOf('ana'), await costOf('nobody')]
    expect(unknown).toBe(wrong)
    const shapes = (await events({ actor: 'anonymous' })).map(({ id, at, lastAt, target, ...shape }) => shape)
    expect(shapes).toHaveLength(2)
    expect(shapes[0]).toEqual(shapes[1])
    expect((await events({ target: ana.id, action: 'sign_in.failed' }))[0]).toMatchObject({ count: 1 })
  })

  test('a sign-in, a sign-out and a sign-up are written down with account, address and user agent', async () => {
    const { events, from, lines, request } = await start()
    const credentials = { username: 'ana', password: testPassword }
    const signedUp = await request('POST', '/auth/sign-up', from('192.0.2.1', { body: credentials }, firefox))
    const { token } = (
      await request('POST', '/auth/sign-in', from('192.0.2.1', { body: credentials }, firefox))
    ).body
    lines.length = 0
    expect((await request('POST', '/auth/sign-out', from('192.0.2.2', { token }))).status).toBe(204)
    expect(lines).toMatchObject([{ address: '192.0.2.2', status: 204 }])
    const id = signedUp.body.user.id
    const own = { actor: id, target: id, outcome: 'success', count: 1 }
    expect(await events({ target: id })).toMatchObject([
      { ...own, action: 'session.signed_out', address: '192.0.2.2', userAgent: 'curl/8.1' },
      { ...own, action: 'sign_in.succeeded', address: '192.0.2.1', userAgent: firefox },
      { ...own, action: 'sign_up.succeeded', address: '192.0.2.1', userAgent: firefox },
      { actor: 'system', action: 'user.created', address: '192.0.2.1', userAgent: firefox },
    ])
  })

  test('a device is first seen once, a newer version of its browser being the same device', async () => {
    const { attempt, events, member } = await start()
    const ana = await member('ana')
    const firstSeen = async () =>
      (await events({ target: ana.id, action: 'device.first_seen' })).map(({ address, userAgent }) => [
        address,
        userAgent,
      ])
    // the first of all, which comes from nowhere known
    expect(await firstSeen()).toHaveLength(1)
    await attempt('192.0.2.1', 'ana', testPassword, firefox)
    await attempt('192.0.2.1', 'ana', testPassword, laterFirefox)
    expect(await firstSeen()).toHaveLength(2)
    await attempt('192.0.2.1', 'ana', testPassword, 'curl/8.1')
    await attempt('2001:db8:0:7::1', 'ana', testPassword, firefox)
    await attempt('2001:db8:0:7::2', 'ana', testPassword, firefox)
    expect((await firstSeen()).slice(0, 3)).toEqual([
      ['2001:db8:0:7::1', firefox],
      ['192.0.2.1', 'curl/8.1'],
      ['192.0.2.1', firefox],
    ])
    expect(await firstSeen()).toHaveLength(4)
  })

  test('a stolen refresh token leaves the address and the device of who brought it, in audit and log', async () => {
    const { events, from, lines, member, request } = await start()
    const ana = await member('ana')
    const refreshed = (token: string, address: string) =>
      request('POST', '/auth/refresh', from(address, { body: { refresh_token: token } }, 'thief/1.0'))
    const second = await refreshed(ana.refreshToken, '192.0.2.1')
    await refreshed(second.body.refresh_token, '192.0.2.1')
    lines.length = 0
    expect((await refreshed(ana.refreshToken, '198.51.100.66')).status).toBe(401)
    const action = 'session.refresh_token_reused'
    expect(lines).toMatchObject([{ level: 40, event: action, user_id: ana.id, address: '198.51.100.66' }])
    expect(await events({ action })).toMatchObject([
      { target: ana.id, address: '198.51.100.66', userAgent: 'thief/1.0', outcome: 'failure' },
    ])
  })

  test('a token that is revoked signs out, and an administrator’s ending says from where', async () => {
    const { admin, events, from, member, request } = await start()
    const [ana, root] = [await member('ana'), await admin()]
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const revoke = { raw: `token=${ana.refreshToken}`, headers: form }
    await request('POST', '/oauth/revoke', from('192.0.2.1', revoke))
    await request('DELETE', `/users/${ana.id}/sessions`, from('192.0.2.9', { token: root.token }))
    expect((await events({ target: ana.id })).slice(0, 2)).toMatchObject([
      { actor: root.id, action: 'session.all_ended', address: '192.0.2.9', userAgent: 'curl/8.1' },
      { actor: ana.id, action: 'session.signed_out', address: '192.0.2.1', userAgent: 'curl/8.1' },
    ])
  })

  test('the right password of a disabled account, and wrong ones before a change, are failures too', async () => {
    const { attempt, ctx, events, from, member, request } = await start(true)
    const [ana, ben] = [await member('ana'), await member('ben')]
    const change = { current_password: 'wrong', password: 'grapefruit-lantern-77-orbit' }
    for (let i = 0; i < 11; i += 1)
      await request('PATCH', '/users/me', from('192.0.2.1', { token: ben.token, body: change }))
    await updateUser(ctx, { kind: 'system' }, ana.id, { disabled: true })
    expect((await attempt('192.0.2.1', 'ana', testPassword)).status).toBe(403)
    expect(await events({ target: ana.id, action: 'sign_in.failed' })).toMatchObject([
      { count: 1, detail: { reason: 'account_disabled' } },
    ])
    expect(await events({ target: ben.id, action: 'password.failed' })).toMatchObject([
      { count: 10, address: '192.0.2.1' },
    ])
    expect(await events({ target: ben.id, action: 'password.throttled' })).toMatchObject([{ count: 1 }])
  })

  test('neither a server that stops nor a database that is away counts as throttled', async () => {
    const { ctx, events, lines, member } = await start()
    await member('ana')
    const held = heldRoom()
    const counted: string[] = []
    const metrics = { ...ctx.metrics, signIn: (outcome: string) => void counted.push(outcome) }
    const client: Client = { address: '203.0.113.9', hints: {} }
    const signingIn = { ...ctx, metrics, waitingRoom: held.room, throttles: createThrottles(undefined) }
    const attempt = (over: object = {}) =>
      signIn({ ...signingIn, ...over }, { username: 'ana', password: 'wrong' }, client)
    for (let i = 0; i < 10; i += 1) await expect(attempt()).rejects.toThrow()
    const waiting = attempt()
    await held.untilWaiting(1)
    held.room.close()
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' })
    const away = { query: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' })) }
    const refusal = attempt({ throttles: createThrottles(away) })
    await expect(refusal).rejects.toMatchObject({ code: 'database_unavailable' })
    expect(counted).toEqual(Array<string>(10).fill('failed'))
    expect(await events({ action: 'sign_in.throttled' })).toEqual([])
    expect(lines.filter(({ event }) => event === 'sign_in.throttled')).toEqual([])
  })
})
