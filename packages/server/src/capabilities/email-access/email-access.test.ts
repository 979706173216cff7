import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { enrolApp } from '../../testing/factors.ts'
import { mailTo, type TestMail, tokenIn } from '../../testing/mail.ts'
import { type TestAnswer, type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount, updateUser, verifyEmailOf } from '../accounts/index.ts'
import { listEvents } from '../audit/index.ts'
import { listSessions } from '../sessions/index.ts'

const system = { kind: 'system' } as const
const email = 'ana@example.com'
const another = 'velvet-harbor-lantern-3'

type Proof = { token: string } | { challenge: string; code: string }

describeEachDatabase('a mailbox', (open) => {
  let server: TestServer
  let database: TestDatabase
  beforeEach(async () => {
    database = await open()
    server = await testServer(database.db)
  })

  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    server.request('POST', path, { body, headers })
  const outcome = ({ status, body }: TestAnswer) => [status, body?.code]
  const account = async (username: string, verified = true): Promise<string> => {
    const { id } = await createAccount(server.ctx, system, { username, email, password: testPassword })
    if (verified) await verifyEmailOf(server.ctx, system, id)
    return id
  }
  const forgot = (to = email) => post('/auth/forgot-password', { email: to })
  const reset = (proof: object, password = another) => post('/auth/reset-password', { ...proof, password })
  const ask = (to = email) => post('/auth/email-sign-in', { email: to })
  const complete = (proof: object, rest: object = {}) =>
    post('/auth/email-sign-in/complete', { ...proof, ...rest })
  const signIn = (password: string, username = 'ana') => post('/auth/sign-in', { username, password })
  const latest = async (): Promise<TestMail> => {
    const mail = (await mailTo(server.ctx, email)).at(-1)
    if (mail === undefined) throw new Error('no message')
    return mail
  }
  const byLink = async (): Promise<Proof> => ({ token: tokenIn(await latest()) })
  const byCode = async ({ body }: TestAnswer): Promise<{ challenge: string; code: string }> => {
    const { values } = await latest()
    return { challenge: body.challenge, code: ('code' in values && values.code) || '' }
  }
  const messages = async () => (await mailTo(server.ctx, email)).map(({ message }) => message)

  describe('of a verified address', () => {
    let userId: string
    beforeEach(async () => {
      userId = await account('ana')
    })

    test.each(['link', 'code'] as const)(
      'sets a new password by %s, once, and ends every session',
      async (way) => {
        const before = (await signIn(testPassword)).body
        const asked = await forgot()
        expect(asked.status).toBe(202)
        const proof = way === 'link' ? await byLink() : await byCode(asked)
        expect((await reset(proof)).status).toBe(204)
        expect(outcome(await reset(proof, `${another}-2`))).toEqual([400, 'invalid_challenge'])
        expect(outcome(await signIn(testPassword))).toEqual([401, 'wrong_credentials'])
        expect((await signIn(another)).status).toBe(200)
        const refreshed = await post('/auth/refresh', { refresh_token: before.refresh_token })
        expect(outcome(refreshed)).toEqual([401, 'invalid_grant'])
        expect(await messages()).toEqual(['reset-password', 'password-changed'])
        const { items } = await listEvents(server.ctx, { limit: 1 }, { action: 'password.reset' })
        expect(items).toMatchObject([{ actor: userId, target: userId }])
      },
    )

    test.each(['link', 'code'] as const)('signs in by %s, once', async (way) => {
      const asked = await ask()
      const proof = way === 'link' ? await byLink() : await byCode(asked)
      const { status, body } = await complete(proof)
      expect([status, body.user.id]).toEqual([200, userId])
      expect(decodeJwt(body.token)).toMatchObject({ acr: 'pwd', amr: ['otp'] })
      expect(outcome(await complete(proof))).toEqual([400, 'invalid_challenge'])
      const { items } = await listSessions(server.ctx, userId, { limit: 9 })
      expect(items).toMatchObject([{ method: 'email' }])
      expect((await signIn(testPassword)).status).toBe(200)
      expect(await messages()).toEqual(['sign-in-by-email'])
    })

    test('is good for one purpose only, and for fifteen minutes', async () => {
      await ask()
      const proof = await byLink()
      expect(outcome(await reset(proof))).toEqual([400, 'invalid_challenge'])
      server.ctx.clock.advance(15 * 60_000)
      expect(outcome(await complete(proof))).toEqual([400, 'invalid_challenge'])
      await forgot()
      expect(outcome(await complete(await byLink()))).toEqual([400, 'invalid_challenge'])
    })

    test('of fifty who use the same link at once, one gets in', async () => {
      await ask()
      const proof = await byLink()
      const answers = await Promise.all(Array.from({ length: 50 }, () => complete(proof)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect((await listSessions(server.ctx, userId, { limit: 99 })).items).toHaveLength(1)
      await forgot()
      const link = await byLink()
      const resets = await Promise.all(Array.from({ length: 20 }, (_, i) => reset(link, `${another}-${i}`)))
      expect(resets.filter(({ status }) => status === 204)).toHaveLength(1)
    })

    test('five wrong codes end the challenge, its link included, and the owner is told', async () => {
      const asked = await forgot()
      const { challenge, code } = await byCode(asked)
      const link = await byLink()
      const wrong = code === '000000' ? '000001' : '000000'
      for (let i = 0; i < 5; i += 1)
        expect(outcome(await reset({ challenge, code: wrong }))).toEqual([400, 'invalid_challenge'])
      expect(outcome(await reset({ challenge, code }))).toEqual([400, 'invalid_challenge'])
      expect(outcome(await reset(link))).toEqual([400, 'invalid_challenge'])
      expect(await messages()).toEqual(['reset-password', 'too-many-codes'])
      expect((await signIn(testPassword)).status).toBe(200)
    })

    test('a weak password is refused, and the link goes on', async () => {
      await forgot()
      const proof = await byLink()
      expect((await reset(proof, 'aaaaaaaaaaaaaaaaaaaa')).body.errors).toMatchObject([
        { code: 'weak_password' },
      ])
      expect((await reset(proof)).status).toBe(204)
    })

    test('opens nothing once the account has another address, or is disabled', async () => {
      await forgot()
      const former = await byLink()
      await ask()
      const formerSignIn = await byLink()
      await updateUser(server.ctx, system, userId, { email: 'other@example.com' })
      expect(outcome(await reset(former))).toEqual([400, 'invalid_challenge'])
      expect(outcome(await complete(formerSignIn))).toEqual([400, 'invalid_challenge'])
      await updateUser(server.ctx, system, userId, { email })
      await forgot()
      const link = await byLink()
      await ask()
      const signInLink = await byLink()
      await updateUser(server.ctx, system, userId, { disabled: true })
      expect(outcome(await reset(link))).toEqual([400, 'invalid_challenge'])
      expect(outcome(await complete(signInLink))).toEqual([403, 'account_disabled'])
      expect((await listSessions(server.ctx, userId, { limit: 9 })).items).toEqual([])
    })

    test('does not get around a password that has to be changed, nor around who may have a cookie', async () => {
      await server.ctx.db.updateTable('credentials').set({ must_change: 1 }).execute()
      await ask()
      const proof = await byLink()
      const foreign = await complete(proof, { transport: 'cookie' })
      expect(outcome(foreign)).toEqual([403, 'origin_not_allowed'])
      const lacking = await complete(proof)
      expect(outcome(lacking)).toEqual([401, 'password_change_required'])
      const body = { challenge: lacking.body.challenge, password: another }
      expect((await post('/auth/change-password', body)).status).toBe(200)
      const { items } = await listSessions(server.ctx, userId, { limit: 9 })
      expect(items).toMatchObject([{ method: 'email', amr: ['otp'] }])
    })

    test('a new password ends a sign-in by e-mail that waits for a step', async () => {
      await server.ctx.db.updateTable('credentials').set({ must_change: 1 }).execute()
      await ask()
      const { challenge } = (await complete(await byLink())).body
      await forgot()
      expect((await reset(await byLink())).status).toBe(204)
      const late = await post('/auth/change-password', { challenge, password: `${another}-9` })
      expect(outcome(late)).toEqual([400, 'invalid_challenge'])
      expect((await signIn(another)).status).toBe(200)
    })
  })

  describe('that an attacker signed up with first', () => {
    let stolen: { refresh_token: string; token: string; device_token: string }
    let userId: string
    beforeEach(async () => {
      const squatter = { username: 'ana', password: testPassword, email }
      const { body } = await post('/auth/sign-up', squatter)
      stolen = body
      userId = body.user.id
    })
    const expectGone = async () => {
      expect(outcome(await signIn(testPassword))).toEqual([401, 'wrong_credentials'])
      const { refresh_token, token } = stolen
      expect(outcome(await post('/auth/refresh', { refresh_token }))).toEqual([401, 'invalid_grant'])
      expect((await server.request('GET', '/users/me', { token })).status).toBe(401)
      const devices = await server.ctx.db.selectFrom('known_devices').select('digest').execute()
      expect(devices.length).toBeLessThan(2)
      expect(await messages()).toContain('squatter-removed')
      const told = (await mailTo(server.ctx, email)).find(({ message }) => message === 'squatter-removed')
      expect(told?.values).toMatchObject({ removed: expect.arrayContaining(['password', 'sessions']) })
      const { email_verified } = (
        await server.request('GET', `/users/${userId}`, { token: (await server.admin('root')).token })
      ).body
      expect(email_verified).toBe(true)
    }

    test('has no factor left in it of theirs, whichever way its owner comes in', async () => {
      await enrolApp(server, stolen.token)
      await ask()
      expect((await complete(await byLink())).status).toBe(200)
      const told = (await mailTo(server.ctx, email)).find(({ message }) => message === 'squatter-removed')
      expect(told?.values).toMatchObject({ removed: expect.arrayContaining(['totp', 'recovery_codes']) })
      expect(await server.ctx.db.selectFrom('factors').select('id').execute()).toEqual([])
      expect(await server.ctx.db.selectFrom('recovery_codes').select('digest').execute()).toEqual([])
    })

    test('loses the factors of the attacker when its owner resets the password', async () => {
      await enrolApp(server, stolen.token)
      await forgot()
      expect((await reset(await byLink())).status).toBe(204)
      expect((await signIn(another)).status).toBe(200)
    })

    test('has nothing left in it of theirs once its owner resets the password', async () => {
      await forgot()
      expect((await reset(await byLink())).status).toBe(204)
      await expectGone()
      expect((await signIn(another)).status).toBe(200)
    })

    test('has nothing left in it of theirs once its owner signs in by e-mail', async () => {
      await ask()
      const { status, body } = await complete(await byLink())
      expect([status, body.user.email_verified]).toEqual([200, true])
      await expectGone()
      expect((await server.request('GET', '/users/me', { token: body.token })).status).toBe(200)
    })

    test('has no sign-in of theirs left that waits for a step, nor a link to undo the change of address', async () => {
      await server.ctx.db.updateTable('credentials').set({ must_change: 1 }).execute()
      const { challenge } = (await signIn(testPassword)).body
      await ask()
      expect((await complete(await byLink())).status).toBe(200)
      const late = await post('/auth/change-password', { challenge, password: another })
      expect(outcome(late)).toEqual([400, 'invalid_challenge'])
      const left = await server.ctx.db
        .selectFrom('challenges')
        .select('purpose')
        .where('ended_at', 'is', null)
        .execute()
      expect(left).toEqual([])
    })
  })

  test.each(['reset', 'sign-in'] as const)(
    'that its owner signed up with first opens the owner’s account by %s, whoever claims it later',
    async (way) => {
      await account('ana', false)
      await account('eve', false)
      await (way === 'reset' ? forgot() : ask())
      const answer = way === 'reset' ? await reset(await byLink()) : await complete(await byLink())
      expect([200, 204]).toContain(answer.status)
      expect((await signIn(testPassword, 'eve')).body.user).toMatchObject({ email_verified: false })
      const users = await server.ctx.db.selectFrom('users').selectAll().orderBy('id').execute()
      expect(users.map(({ email_verified_at }) => email_verified_at !== null)).toEqual([true, false])
    },
  )

  describe('whether any account has it', () => {
    const addresses = [
      'verified@example.com',
      'unverified@example.com',
      'disabled@example.com',
      'nobody@example.com',
    ]
    const prepare = async () => {
      for (const each of addresses.slice(0, 3)) {
        const username = each.split('@')[0] ?? ''
        const { id } = await createAccount(server.ctx, system, {
          username,
          email: each,
          password: testPassword,
        })
        if (username !== 'unverified') await verifyEmailOf(server.ctx, system, id)
        if (username === 'disabled') await updateUser(server.ctx, system, id, { disabled: true })
      }
    }

    test.each(['/auth/forgot-password', '/auth/email-sign-in'])(
      'is told neither by the answer of %s nor by what it asks the database',
      async (path) => {
        await prepare()
        let asked: string[] = []
        const listening = server.ctx.db.withPlugin({
          transformQuery: ({ node }) => {
            asked.push(node.kind)
            return node
          },
          transformResult: async ({ result }) => result,
        })
        const { request } = await testServer(listening)
        const seen = new Set<string>()
        for (const to of addresses) {
          asked = []
          const { status, text, headers } = await request('POST', path, { body: { email: to } })
          const names = [...headers.keys()].sort().join()
          seen.add(JSON.stringify([status, text.length, text.replace(/[\w-]{43}/, ''), names, asked]))
        }
        expect([...seen]).toHaveLength(1)
        const count = async (to: string) => (await mailTo(server.ctx, to)).length
        expect(await Promise.all(addresses.map(count))).toEqual([1, 1, 0, 0])
        const rows = await server.ctx.db.selectFrom('outbox').select('recipient').execute()
        expect(rows).toHaveLength(2)
      },
    )

    test('is told neither by codes, right or wrong', async () => {
      await prepare()
      const answers = new Set<string>()
      for (const to of addresses) {
        const { challenge } = (await forgot(to)).body
        for (let i = 0; i < 6; i += 1) {
          const { status, body } = await reset({ challenge, code: '123456' })
          answers.add(JSON.stringify([status, body.code, body.detail]))
        }
      }
      expect(answers.size).toBe(1)
    })

    test('is not told by throttles: ten messages an hour to an address, thirty in a quarter of an hour from a network', async () => {
      await prepare()
      const throttles = createThrottles(database.pool)
      server = await testServer(database.db, { throttles })
      for (const to of ['verified@example.com', 'nobody@example.com']) {
        const statuses: number[] = []
        for (let i = 0; i < 11; i += 1) statuses.push((await forgot(to)).status)
        expect(statuses).toEqual([...Array(10).fill(202), 429])
      }
      const statuses: number[] = []
      for (let i = 0; i < 9; i += 1) statuses.push((await ask(`other-${i}@example.com`)).status)
      expect(statuses).toEqual([...Array(8).fill(202), 429])
    })

    test('makes no account', async () => {
      expect((await ask('new@example.com')).status).toBe(202)
      expect(await server.ctx.db.selectFrom('users').select('id').execute()).toEqual([])
    })
  })

  test('needs mail to be sent: 501 for every address', async () => {
    server = await testServer(database.db, { config: { development: false } })
    for (const answer of [await forgot(), await ask()])
      expect(outcome(answer)).toEqual([501, 'mail_not_configured'])
  })
})
