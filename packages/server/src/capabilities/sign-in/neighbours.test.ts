import { describe, expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { heldRoom } from '../../testing/held-time.ts'
import { type TestAnswer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount } from '../accounts/index.ts'

const office = '198.51.100.7'
const home = '203.0.113.20'
const page = 'https://app.example.com'

describeEachDatabase('sign-in over HTTP beside an attacker', (open) => {
  const start = async () => {
    const { db, pool } = await open()
    const held = heldRoom()
    const server = await testServer(db, {
      config: { trustProxy: 1, corsOrigins: [page] },
      throttles: createThrottles(pool),
      waitingRoom: held.room,
    })
    const account = (username: string) =>
      createAccount(server.ctx, { kind: 'system' }, { username, password: testPassword })
    const signIn = (username: string, from: string, body: object = {}, headers = {}) =>
      server.request('POST', '/auth/sign-in', {
        body: { username, password: testPassword, ...body },
        headers: { 'X-Forwarded-For': `192.0.2.66, ${from}`, ...headers },
      })
    const guess = (username: string, from: string, body: object = {}) =>
      // another one at every name: the same one would be slowed for that
      signIn(username, from, { password: `not the password of ${username}`, ...body })
    /** Guesses so often that everybody unknown there is slowed. */
    const flood = async (from: string) => {
      const statuses = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => (await guess(`user${i}`, from)).status),
      )
      expect(new Set(statuses)).toEqual(new Set([401]))
    }
    const waits = async (attempt: Promise<TestAnswer>): Promise<boolean> =>
      (await held.waitsOr(attempt)) === 'waits'
    return { ...server, ...held, account, signIn, guess, flood, waits }
  }

  describe('at the same address, after 100 failures at many names', () => {
    test('a device that signed in before passes at once', async () => {
      const { account, signIn, flood } = await start()
      await account('ana')
      const { device_token } = (await signIn('ana', home)).body
      await flood(office)
      const back = await signIn('ana', office, { device_token })
      expect([back.status, back.body.device_token]).toEqual([200, device_token])
    })

    test('so does who signed in from this address before, and who signed up there', async () => {
      const { account, signIn, flood, request } = await start()
      await account('ana')
      await signIn('ana', office)
      const headers = { 'X-Forwarded-For': office }
      await request('POST', '/auth/sign-up', { body: { username: 'ben', password: testPassword }, headers })
      await flood(office)
      expect((await signIn('ana', office)).status).toBe(200)
      expect((await signIn('ben', office)).status).toBe(200)
    })

    test('an unknown device passes after a wait, and an account that nobody has is slowed alike', async () => {
      const { account, signIn, flood, waits, timer } = await start()
      await account('ana')
      await flood(office)
      for (const [username, status, wait] of [
        ['ana', 200, 500],
        ['nobody', 401, 1000],
      ] as const) {
        const attempt = signIn(username, office)
        expect(await waits(attempt)).toBe(true)
        timer.advance(wait)
        expect((await attempt).status).toBe(status)
      }
      expect((await signIn('ana', home)).status).toBe(200)
    })

    test('of those who wait, an account that was not guessed at goes first', async () => {
      const { account, signIn, guess, flood, untilWaiting, timer } = await start()
      await account('ana')
      await flood(office)
      const guesses = [guess('user1', office), guess('user1', office)]
      await untilWaiting(2)
      const order: string[] = []
      for (const each of guesses) void each.then(() => order.push('guess'))
      const honest = signIn('ana', office).then(({ status }) => order.push(String(status)))
      await untilWaiting(3)
      timer.advance(1000)
      await honest
      timer.advance(60_000)
      await Promise.all(guesses)
      expect(order).toEqual(['200', 'guess', 'guess'])
    })

    test('a token of another account, an unknown and a malformed one gain nothing', async () => {
      const { account, signIn, guess, flood, waits, room } = await start()
      for (const username of ['ana', 'eve']) await account(username)
      const { device_token: ofEve } = (await signIn('eve', home)).body
      await flood(office)
      const tokens = [ofEve, `${ofEve.slice(0, 42)}A`, 'x'.repeat(10_000), '', "' or 1=1 --"]
      const attempts: Promise<TestAnswer>[] = []
      for (const device_token of tokens) {
        const attempt = guess(`ana`, office, { device_token })
        attempts.push(attempt)
        expect(await waits(attempt)).toBe(true)
      }
      room.close()
      expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(Array(5).fill(503))
    })

    test('who leaves gives up the place, and the attempt does not count', async () => {
      const { app, untilWaiting, flood, room } = await start()
      await flood(office)
      const leaving = new AbortController()
      const answer = app.request('/auth/sign-in', {
        method: 'POST',
        signal: leaving.signal,
        headers: { 'X-Forwarded-For': office, 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: 'ana', password: testPassword }),
      })
      await untilWaiting(1)
      leaving.abort()
      expect((await answer).status).toBe(429)
      expect(room.waiting).toBe(0)
    })
  })

  test('attackers at many addresses do not keep the owner’s device out, nor a stranger’s right password', async () => {
    const { account, signIn, guess, timer, untilWaiting, room } = await start()
    await account('ana')
    const { device_token } = (await signIn('ana', home)).body
    const many = await Promise.all(Array.from({ length: 50 }, (_, i) => guess('ana', `198.51.100.${i}`)))
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([401]))
    const guesses = [1, 2, 3].map((i) => guess('ana', `198.51.100.${i}`))
    await untilWaiting(3)

    expect((await signIn('ana', '192.0.2.200', { device_token })).status).toBe(200)
    expect((await signIn('ana', home)).status).toBe(200)
    const elsewhere = signIn('ana', '192.0.2.201')
    const refused = await Promise.race(guesses)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(15)
    await untilWaiting(3)
    timer.advance(15_000)
    expect((await elsewhere).status).toBe(200)
    room.close()
    await Promise.all(guesses)
  })

  test('50 guesses side by side come to the allowance, and two that wait', async () => {
    const { account, guess, untilWaiting, room } = await start()
    await account('ana')
    const answers = Array.from({ length: 50 }, () => guess('ana', office))
    await untilWaiting(2)
    room.close()
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429 || status === 503)).toHaveLength(40)
  })

  test('a device’s own wrong guesses make a stranger of it, until it signs in', async () => {
    const { account, signIn, guess, waits, timer } = await start()
    await account('ana')
    const { device_token } = (await signIn('ana', home)).body
    for (let i = 0; i < 10; i += 1) await guess('ana', office)
    for (let i = 0; i < 10; i += 1) {
      expect((await guess('ana', office, { device_token })).status).toBe(401)
    }
    const slowed = signIn('ana', office, { device_token })
    expect(await waits(slowed)).toBe(true)
    timer.advance(500)
    expect((await slowed).status).toBe(200)
    expect((await guess('ana', office, { device_token })).status).toBe(401)
  })

  test('known or not, an account costs the same statements as a name that nobody has', async () => {
    const { account, guess, ctx } = await start()
    await account('ana')
    const counted = async (username: string, token?: string): Promise<string[]> => {
      const seen: string[] = []
      const execute = ctx.db.executeQuery
      ctx.db.executeQuery = ((query: { sql: string }) => {
        seen.push(query.sql)
        return execute.call(ctx.db, query as never)
      }) as never
      await guess(username, office, token === undefined ? {} : { device_token: token })
      ctx.db.executeQuery = execute
      return seen
    }
    const known = await counted('ana')
    expect(known).toHaveLength(2)
    expect(await counted('nobody')).toEqual(known)
    expect(await counted('nobody', 'x')).toEqual(known)
    expect(await counted('ana', 'A'.repeat(43))).toEqual(known)
  })

  describe('a browser', () => {
    const cookieOf = (answer: TestAnswer): string =>
      answer.headers
        .getSetCookie()
        .find((cookie) => cookie.startsWith('__Host-gatehouse-device='))
        ?.split(';')[0] ?? ''
    const asPage = (cookie = '') => ({ Origin: page, ...(cookie === '' ? {} : { Cookie: cookie }) })
    const transport = 'cookie'

    test('is known by a cookie that no script reads, and that signing out leaves', async () => {
      const { account, signIn, flood, request } = await start()
      await account('ana')
      const first = await signIn('ana', home, { transport }, asPage())
      expect(first.body).not.toHaveProperty('device_token')
      const set = first.headers.getSetCookie().find((cookie) => cookie.includes('gatehouse-device'))
      for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=7776000']) {
        expect(set).toContain(part)
      }
      const out = await request('POST', '/auth/sign-out', {
        token: first.body.token,
        headers: asPage(cookieOf(first)),
      })
      expect(out.headers.getSetCookie().join()).not.toContain('gatehouse-device')
      await flood(office)
      const back = await signIn('ana', office, { transport }, asPage(cookieOf(first)))
      expect([back.status, cookieOf(back)]).toEqual([200, cookieOf(first)])
    })

    test('that people share knows the last four of them, whatever else is in the cookie', async () => {
      const { account, signIn, flood, waits, room } = await start()
      let cookie = '__Host-gatehouse-device=made-up.%00.."'
      const names = ['ana', 'ben', 'cyd', 'dora', 'eve']
      for (const name of names) {
        await account(name)
        cookie = cookieOf(await signIn(name, home, { transport }, asPage(cookie)))
      }
      expect(cookie.split('=')[1]?.split('.')).toHaveLength(4)
      await flood(office)
      for (const name of names.slice(1)) {
        expect((await signIn(name, office, { transport }, asPage(cookie))).status).toBe(200)
      }
      const forgotten = signIn('ana', office, { transport }, asPage(cookie))
      expect(await waits(forgotten)).toBe(true)
      room.close()
      await forgotten
    })
  })
})
