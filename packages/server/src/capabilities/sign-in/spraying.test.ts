import { expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { heldRoom } from '../../testing/held-time.ts'
import { type TestAnswer, testPassword, testServer } from '../../testing/server.ts'
import { writeFailures } from '../audit/index.ts'

const popular = 'Summer-Holiday-2026!'

describeEachDatabase('one password at many accounts', (open) => {
  const start = async () => {
    const { db, pool } = await open()
    const held = heldRoom()
    const server = await testServer(db, {
      config: { trustProxy: 1 },
      throttles: createThrottles(pool),
      waitingRoom: held.room,
    })
    let network = 0
    /** An attempt from a network that nobody has used before. */
    const tryAt = (username: string, password = popular, body: object = {}) => {
      network += 1
      const headers = { 'X-Forwarded-For': `2001:db8:0:${network.toString(16)}::1` }
      return server.request('POST', '/auth/sign-in', { body: { username, password, ...body }, headers })
    }
    const spray = async (count: number) => {
      for (let i = 0; i < count; i += 1) expect((await tryAt(`user${i}`)).status).toBe(401)
    }
    const waits = async (attempt: Promise<TestAnswer>) => (await held.waitsOr(attempt)) === 'waits'
    return { ...server, ...held, tryAt, spray, waits }
  }

  test('is slowed after ten, from whatever networks, at accounts that exist and at others alike', async () => {
    const { member, tryAt, spray, waits, room } = await start()
    await member('ana')
    await spray(10)
    const attempts = [tryAt('ana'), tryAt('nobody')]
    expect(await waits(attempts[1] as Promise<TestAnswer>)).toBe(true)
    // another password is not, nor does anything show that others are slowed
    expect((await tryAt('ana', 'another wrong one')).status).toBe(401)
    expect((await tryAt('ana', testPassword)).status).toBe(200)
    room.close()
    await Promise.all(attempts)
  })

  test('does not slow a device that signed in before', async () => {
    const { member, request, tryAt, spray } = await start()
    await member('ana')
    const body = { username: 'ana', password: testPassword }
    const { device_token } = (await request('POST', '/auth/sign-in', { body })).body
    await spray(10)
    expect((await tryAt('ana', popular, { device_token })).status).toBe(401)
  })

  test('counts each name once, and right passwords never', async () => {
    const { member, tryAt } = await start()
    for (let i = 0; i < 12; i += 1) await member(`pupil${i}`)
    for (let i = 0; i < 12; i += 1) expect((await tryAt(`pupil${i}`, testPassword)).status).toBe(200)
    for (let i = 0; i < 12; i += 1) expect((await tryAt('ana')).status).toBe(401)
    expect((await tryAt('ben')).status).toBe(401)
  })

  test('is in the audit trail, with the accounts that it was tried at and without the password', async () => {
    const { admin, member, request, ctx, tryAt, spray, waits, room } = await start()
    const root = await admin()
    const ana = await member('ana')
    await spray(10)
    const attempt = tryAt('ana')
    expect(await waits(attempt)).toBe(true)
    room.close()
    await attempt
    await writeFailures(ctx)
    const { body, text } = await request('GET', '/audit?action=sign_in.sprayed', { token: root.token })
    expect(body).toMatchObject([
      { target: ana.id, outcome: 'failure', detail: { reason: 'one_password_many_accounts' } },
    ])
    expect(text).not.toContain(popular)
  })
})
