import { beforeEach, describe, expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { enrolApp, type TestApp } from '../../testing/factors.ts'
import { mailTo } from '../../testing/mail.ts'
import {
  type Person,
  type TestAnswer,
  type TestServer,
  testPassword,
  testServer,
} from '../../testing/server.ts'
import { updateUser } from '../accounts/index.ts'
import { listEvents } from '../audit/index.ts'
import { listSessions } from '../sessions/index.ts'

const outcome = ({ status, body }: TestAnswer) => [status, body?.code]
const email = 'ana@example.com'

describeEachDatabase('a sign-in that lacks a second factor', (open) => {
  let server: TestServer
  let ana: Person
  let app: TestApp
  let recoveryCodes: string[]
  beforeEach(async () => {
    server = await testServer((await open()).db)
    ana = await server.member('ana')
    const set = { email, email_key: email, email_verified_at: 1 }
    await server.ctx.db.updateTable('users').set(set).where('id', '=', ana.id).execute()
    ;({ app, recoveryCodes } = await enrolApp(server, ana.token))
  })

  const signIn = (body: object = {}, headers: Record<string, string> = {}) =>
    server.request('POST', '/auth/sign-in', {
      body: { username: 'ana', password: testPassword, ...body },
      headers,
    })
  const challengeOf = async (body: object = {}): Promise<string> => {
    const { status, body: answer } = await signIn(body)
    expect([status, answer.code]).toEqual([401, 'factor_required'])
    return answer.challenge
  }
  const prove = (challenge: string, proof: object, on = server) =>
    on.request('POST', '/auth/factor', { body: { challenge, ...proof } })
  const sessions = async () => (await listSessions(server.ctx, ana.id, { limit: 100 })).items
  /** Some code that is wrong now. */
  const wrong = (n: number): string => {
    const near = new Set([-1, 0, 1].map((later) => app.code(later)))
    const codes = Array.from({ length: 20 }, (_, i) => String(i).padStart(6, '0')).filter(
      (code) => !near.has(code),
    )
    return codes[n] ?? ''
  }

  test('says what it can be confirmed with, and opens no session', async () => {
    const before = (await sessions()).length
    const { status, body } = await signIn()
    expect(status).toBe(401)
    expect(body).toMatchObject({
      code: 'factor_required',
      factors: ['totp', 'recovery_code'],
      challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(await sessions()).toHaveLength(before)
    expect(outcome(await signIn({ password: 'wrong' }))).toEqual([401, 'wrong_credentials'])
  })

  test('is finished by a code of the app, typed as people type', async () => {
    const code = app.code()
    const answer = await prove(await challengeOf(), { totp: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { username: 'ana' }, token_type: 'Bearer' })
    expect((await sessions())[0]).toMatchObject({
      acr: 'mfa',
      amr: ['pwd', 'otp', 'mfa'],
      method: 'password',
    })
  })

  test('takes the code of the step before and after, and none from further away', async () => {
    for (const later of [2, -2, 20])
      expect(outcome(await prove(await challengeOf(), { totp: app.code(later) }))).toEqual([
        401,
        'wrong_factor',
      ])
    expect((await prove(await challengeOf(), { totp: app.code(1) })).status).toBe(200)
  })

  test('takes each code once, and none of an earlier step after it', async () => {
    const [before, now] = [app.code(-1), app.code()]
    expect((await prove(await challengeOf(), { totp: now })).status).toBe(200)
    for (const totp of [now, before])
      expect(outcome(await prove(await challengeOf(), { totp }))).toEqual([401, 'wrong_factor'])
    server.ctx.clock.advance(30_000)
    expect((await prove(await challengeOf(), { totp: app.code() })).status).toBe(200)
  })

  test('of fifty who come with one code, each with a challenge of their own, one gets in', async () => {
    const before = (await sessions()).length
    // a subject has five challenges at most
    const challenges: string[] = []
    for (let i = 0; i < 5; i += 1) challenges.push(await challengeOf())
    const totp = app.code()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => prove(challenges[i % 5] ?? '', { totp })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.every(({ status }) => [200, 400, 401].includes(status))).toBe(true)
    expect(await sessions()).toHaveLength(before + 1)
  })

  test('of fifty who come with one recovery code, one gets in', async () => {
    const challenges: string[] = []
    for (let i = 0; i < 5; i += 1) challenges.push(await challengeOf())
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        prove(challenges[i % 5] ?? '', { recovery_code: recoveryCodes[0] }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('is finished by a recovery code, however it is typed, once', async () => {
    const [code = ''] = recoveryCodes
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `
    expect((await prove(await challengeOf(), { recovery_code: typed })).status).toBe(200)
    expect((await sessions())[0]).toMatchObject({ acr: 'mfa' })
    expect(outcome(await prove(await challengeOf(), { recovery_code: code }))).toEqual([401, 'wrong_factor'])
    const { body } = await server.request('GET', '/users/me/factors', { token: ana.token })
    expect(body.recovery_codes.left).toBe(9)
    const { items } = await listEvents(server.ctx, { limit: 20 })
    expect(items.map(({ action }) => action)).toContain('recovery_code.used')
    const stored = await server.ctx.db.selectFrom('recovery_codes').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(recoveryCodes[1])
  })

  test('does not take the recovery code of somebody else', async () => {
    const eve = await server.member('eve')
    const others = (await enrolApp(server, eve.token)).recoveryCodes
    expect(outcome(await prove(await challengeOf(), { recovery_code: others[0] }))).toEqual([
      401,
      'wrong_factor',
    ])
  })

  describe('its challenge', () => {
    test('takes five wrong codes, then the owner is told and the right code comes too late', async () => {
      const challenge = await challengeOf()
      for (let i = 0; i < 5; i += 1)
        expect(outcome(await prove(challenge, { totp: wrong(i) }))).toEqual([401, 'wrong_factor'])
      expect(outcome(await prove(challenge, { totp: app.code() }))).toEqual([400, 'invalid_challenge'])
      expect(await mailTo(server.ctx, email)).toMatchObject([{ message: 'too-many-codes' }])
      expect((await prove(await challengeOf(), { totp: app.code() })).status).toBe(200)
    })

    test('is used up, lives for ten minutes, and ends with a new password', async () => {
      const used = await challengeOf()
      expect((await prove(used, { totp: app.code() })).status).toBe(200)
      expect(outcome(await prove(used, { recovery_code: recoveryCodes[0] }))).toEqual([
        400,
        'invalid_challenge',
      ])
      const old = await challengeOf()
      server.ctx.clock.advance(10 * 60_000)
      expect(outcome(await prove(old, { totp: app.code() }))).toEqual([400, 'invalid_challenge'])
      const void_ = await challengeOf()
      await updateUser(server.ctx, { kind: 'system' }, ana.id, { password: 'velvet-harbor-lantern-3' })
      expect(outcome(await prove(void_, { totp: app.code() }))).toEqual([400, 'invalid_challenge'])
    })

    test('is good for no other step, and no other step’s for it', async () => {
      const challenge = await challengeOf()
      const other = await server.request('POST', '/auth/change-password', {
        body: { challenge, password: 'velvet-harbor-lantern-3' },
      })
      expect(outcome(other)).toEqual([400, 'invalid_challenge'])
      for (const given of ['', 'x', 'x'.repeat(200), ana.id])
        expect(outcome(await prove(given, { totp: app.code() }))).toEqual([400, 'invalid_challenge'])
    })

    test('keeps the audience', async () => {
      const { issuer } = server.ctx.config
      expect((await prove(await challengeOf({ audience: issuer }), { totp: app.code() })).status).toBe(200)
      expect((await sessions())[0]?.audience).toEqual([issuer])
    })
  })

  test('no more than ten codes are guessed in an hour over all challenges; recovery codes still work', async () => {
    const { db, pool } = await open()
    const limited = await testServer(db, { throttles: createThrottles(pool), clock: server.ctx.clock })
    const person = await limited.member('bea')
    const { app: beas, recoveryCodes: codes } = await enrolApp(limited, person.token)
    const beasChallenge = async () => {
      const body = { username: 'bea', password: testPassword }
      return (await limited.request('POST', '/auth/sign-in', { body })).body.challenge
    }
    for (let i = 0; i < 10; i += 1) {
      const answer = await prove(
        await beasChallenge(),
        { totp: '000000' === beas.code() ? '000001' : '000000' },
        limited,
      )
      expect(outcome(answer)).toEqual([401, 'wrong_factor'])
    }
    const late = await prove(await beasChallenge(), { totp: beas.code() }, limited)
    expect(outcome(late)).toEqual([429, 'too_many_attempts'])
    expect(late.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await prove(await beasChallenge(), { recovery_code: codes[0] }, limited)).status).toBe(200)
  })

  test('a right code gives its guess back, and an expired challenge costs none', async () => {
    const { db, pool } = await open()
    const limited = await testServer(db, { throttles: createThrottles(pool), clock: server.ctx.clock })
    const person = await limited.member('bea')
    const { app: beas } = await enrolApp(limited, person.token)
    for (let i = 0; i < 12; i += 1) {
      const { body } = await limited.request('POST', '/auth/sign-in', {
        body: { username: 'bea', password: testPassword },
      })
      expect((await prove(body.challenge, { totp: beas.code() }, limited)).status).toBe(200)
      expect((await prove(body.challenge, { totp: beas.code() }, limited)).status).toBe(400)
      server.ctx.clock.advance(30_000)
    }
  })

  test('bad input is refused, never an error of the server', async () => {
    const challenge = await challengeOf()
    for (const proof of [
      {},
      { totp: '1', recovery_code: '2' },
      { totp: 5 },
      { totp: null },
      { code: '123456' },
    ])
      expect((await prove(challenge, proof)).status).toBe(422)
    for (const totp of ['', ' ', 'x'.repeat(64), '-'.repeat(64), '12345６x'])
      expect((await prove(await challengeOf(), { totp })).status).toBe(401)
    for (const recovery_code of ['', 'x', '-'.repeat(200), 'é'.repeat(24)])
      expect((await prove(await challengeOf(), { recovery_code })).status).toBe(401)
  })
})
