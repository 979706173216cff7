import { describe, expect, test } from 'vitest'
import { digestOf } from '../../platform/crypto/opaque-token.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testPassword, testServer } from '../../testing/server.ts'
import { addUser } from '../../testing/users.ts'
import { deleteUser, updateUser } from '../accounts/index.ts'
import { openSession } from '../sessions/index.ts'
import { forgetDevicesOf, recognise, rememberDevice, sweepDevices } from './index.ts'

const day = 86_400_000
const address = '192.0.2.1'

describeEachDatabase('known devices', (open) => {
  const start = async () => {
    const { db } = await open()
    const ctx = testContext(db)
    const userId = await addUser(ctx)
    const knows = async (token: string, user: string | undefined = userId) =>
      (await recognise(ctx, user, { address, deviceTokens: [token] })).device?.token === token
    const back = async (token: string) =>
      rememberDevice(ctx, userId, (await recognise(ctx, userId, { address, deviceTokens: [token] })).device)
    const rows = () => db.selectFrom('known_devices').selectAll().execute()
    return { ctx, userId, knows, back, rows }
  }

  test('a device is known by its token to its own account alone, and only the digest is stored', async () => {
    const { ctx, userId, knows, rows } = await start()
    const other = await addUser(ctx, 'ben')
    const token = await rememberDevice(ctx, userId, undefined)
    expect(await knows(token)).toBe(true)
    expect(await knows(token, other)).toBe(false)
    expect(await knows(token, 'nobody')).toBe(false)
    expect((await recognise(ctx, undefined, { address, deviceTokens: [token] })).device).toBeUndefined()
    expect(await knows(digestOf(token))).toBe(false)
    expect(JSON.stringify(await rows())).not.toContain(token)
  })

  test('it keeps its token for as long as it comes back, and is unknown after 90 days without', async () => {
    const { ctx, knows, back, rows, userId } = await start()
    const token = await rememberDevice(ctx, userId, undefined)
    for (let i = 0; i < 4; i += 1) {
      ctx.clock.advance(60 * day)
      expect(await back(token)).toBe(token)
    }
    ctx.clock.advance(90 * day)
    expect(await knows(token)).toBe(false)
    expect(await rows()).toHaveLength(1)
    ctx.clock.advance(1)
    await sweepDevices(ctx)
    expect(await rows()).toEqual([])
  })

  test('an account has 20; programs that never show their token push out no device that does', async () => {
    const { ctx, userId, back, knows, rows } = await start()
    const other = await rememberDevice(ctx, await addUser(ctx, 'ben'), undefined)
    const browser = await rememberDevice(ctx, userId, undefined)
    await back(browser)
    let last = ''
    for (let i = 0; i < 40; i += 1) {
      ctx.clock.advance(1)
      last = await rememberDevice(ctx, userId, undefined)
    }
    expect((await rows()).filter((row) => row.user_id === userId)).toHaveLength(20)
    expect([await knows(browser), await knows(last)]).toEqual([true, true])
    expect(
      (
        await recognise(ctx, (await rows()).find((row) => row.digest === digestOf(other))?.user_id, {
          address,
          deviceTokens: [other],
        })
      ).device?.token,
    ).toBe(other)
  })

  test('the device that was not used for longest goes, where all come back', async () => {
    const { ctx, userId, back, knows } = await start()
    const tokens: string[] = []
    for (let i = 0; i < 20; i += 1) {
      ctx.clock.advance(1)
      const token = await rememberDevice(ctx, userId, undefined)
      tokens.push(await back(token))
    }
    await rememberDevice(ctx, userId, undefined)
    const known = await Promise.all(tokens.map((token) => knows(token)))
    expect(known).toEqual([false, ...Array<boolean>(19).fill(true)])
  })

  test('a network is known to who signed in from it, IPv6 by its /64', async () => {
    const { ctx, userId } = await start()
    const session = { userId, audience: ['api'], acr: 'pwd', amr: ['pwd'], method: 'password' }
    await openSession(ctx, { ...session, address: '2001:db8:1:2::9' })
    await openSession(ctx, { ...session, address: '203.0.113.9' })
    const familiar = async (from: string, user: string | undefined = userId) =>
      (await recognise(ctx, user, { address: from, deviceTokens: [] })).familiar
    expect(await familiar('2001:db8:1:2:ffff::1')).toBe(true)
    expect(await familiar('203.0.113.9')).toBe(true)
    expect(await familiar('2001:db8:1:3::9')).toBe(false)
    expect(await familiar('203.0.113.10')).toBe(false)
    expect(await familiar('203.0.113.9', await addUser(ctx, 'ben'))).toBe(false)
    expect((await recognise(ctx, undefined, { address: '203.0.113.9', deviceTokens: [] })).familiar).toBe(
      false,
    )
  })

  test('all are forgotten on demand, and of one account alone', async () => {
    const { ctx, userId, rows } = await start()
    await rememberDevice(ctx, userId, undefined)
    await rememberDevice(ctx, await addUser(ctx, 'ben'), undefined)
    await forgetDevicesOf(ctx, userId)
    expect((await rows()).map((row) => row.user_id)).not.toContain(userId)
    expect(await rows()).toHaveLength(1)
  })

  describe('of an account', () => {
    const withDevice = async () => {
      const { db } = await open()
      const server = await testServer(db)
      const ana = await server.member('ana')
      const devices = async () => (await db.selectFrom('known_devices').selectAll().execute()).length
      return { ...server, ana, devices }
    }
    const system = { kind: 'system' } as const

    test('are forgotten when somebody else resets the password, and kept when its user changes it', async () => {
      const { ctx, ana, devices, request } = await withDevice()
      const body = { password: 'another-battery-staple-7', current_password: testPassword }
      const changed = await request('PATCH', '/users/me', { token: ana.token, body })
      expect([changed.status, await devices()]).toEqual([200, 1])
      await updateUser(ctx, system, ana.id, { password: testPassword })
      expect(await devices()).toBe(0)
    })

    test('are deleted with it', async () => {
      const { ctx, ana, devices } = await withDevice()
      expect(await devices()).toBe(1)
      await deleteUser(ctx, system, ana.id)
      expect(await devices()).toBe(0)
    })
  })
})
