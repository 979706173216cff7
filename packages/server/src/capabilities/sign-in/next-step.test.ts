import { beforeEach, describe, expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestAnswer, type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount, updateUser } from '../accounts/index.ts'
import { listEvents } from '../audit/index.ts'
import { listSessions } from '../sessions/index.ts'

const system = { kind: 'system' } as const
const another = 'velvet-harbor-lantern-3'
const third = 'copper-meadow-umbrella-8'
const page = 'https://app.example.com'

describeEachDatabase('a sign-in that lacks a step', (open) => {
  let server: TestServer
  let userId: string
  beforeEach(async () => {
    const { db, pool } = await open()
    server = await testServer(db, {
      config: { corsOrigins: [page] },
      throttles: createThrottles(pool),
    })
    const account = { username: 'ana', password: testPassword, mustChangePassword: true }
    userId = (await createAccount(server.ctx, system, account)).id
  })

  const signIn = (body: object = {}, headers: Record<string, string> = {}) =>
    server.request('POST', '/auth/sign-in', {
      body: { username: 'ana', password: testPassword, ...body },
      headers,
    })
  const challengeOf = async (body: object = {}, headers: Record<string, string> = {}): Promise<string> => {
    const { status, body: answer } = await signIn(body, headers)
    expect([status, answer.code]).toEqual([401, 'password_change_required'])
    return answer.challenge
  }
  const change = (challenge: string, password: string = another, headers: Record<string, string> = {}) =>
    server.request('POST', '/auth/change-password', { body: { challenge, password }, headers })
  const sessions = async () => (await listSessions(server.ctx, userId, { limit: 100 })).items
  const outcome = ({ status, body }: TestAnswer) => [status, body?.code]

  test('says which, gives a challenge, and opens no session', async () => {
    const { status, body, headers } = await signIn()
    expect(status).toBe(401)
    expect(body).toMatchObject({
      code: 'password_change_required',
      challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(await sessions()).toEqual([])
    const { items } = await listEvents(server.ctx, { limit: 1 })
    expect(items[0]).toMatchObject({
      action: 'sign_in.incomplete',
      target: userId,
      detail: { missing: 'password_change_required', method: 'password' },
    })
  })

  test('is finished by the step: the new password signs in, the old one no more', async () => {
    const answer = await change(await challengeOf())
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { username: 'ana' }, token_type: 'Bearer' })
    expect(answer.body.device_token).toMatch(/^[\w-]{43}$/)
    expect(await sessions()).toMatchObject([{ method: 'password', acr: 'pwd', amr: ['pwd'] }])
    expect(outcome(await signIn())).toEqual([401, 'wrong_credentials'])
    expect((await signIn({ password: another })).status).toBe(200)
  })

  test('keeps the audience that was asked for', async () => {
    const { issuer } = server.ctx.config
    const answer = await change(await challengeOf({ audience: issuer }))
    expect(answer.status).toBe(200)
    expect((await sessions())[0]?.audience).toEqual([issuer])
  })

  test('keeps the transport, and a page of another origin cannot finish it', async () => {
    const challenge = await challengeOf({ transport: 'cookie' }, { origin: page })
    for (const headers of [{}, { origin: 'https://evil.example.com' }]) {
      expect(outcome(await change(challenge, another, headers as Record<string, string>))).toEqual([
        403,
        'origin_not_allowed',
      ])
    }
    const answer = await change(challenge, another, { origin: page })
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('refresh_token')
    expect(answer.headers.getSetCookie().join()).toMatch(
      /__Host-gatehouse-refresh=.*__Host-gatehouse-device=/,
    )
  })

  test('keeps the device that the account knows', async () => {
    await updateUser(server.ctx, system, userId, { password: another })
    const { device_token } = (await signIn({ password: another })).body
    await server.ctx.db.updateTable('credentials').set({ must_change: 1 }).execute()
    const challenge = await challengeOf({ password: another, device_token })
    expect((await change(challenge, third)).body.device_token).toBe(device_token)
  })

  test('a weak or the same password is refused, and the challenge goes on', async () => {
    const challenge = await challengeOf()
    const weak = await change(challenge, 'aaaaaaaaaaaaaaaaaaaa')
    expect(weak.body.errors).toMatchObject([{ field: 'password', code: 'weak_password' }])
    const same = await change(challenge, testPassword)
    expect(same.body.errors).toMatchObject([{ field: 'password', code: 'same_password' }])
    expect((await change(challenge)).status).toBe(200)
  })

  test('no more than twenty passwords are tried for an account in a quarter of an hour', async () => {
    const challenge = await challengeOf()
    for (let i = 0; i < 20; i += 1) expect((await change(challenge, testPassword)).status).toBe(422)
    const late = await change(challenge)
    expect(outcome(late)).toEqual([429, 'too_many_attempts'])
    expect(late.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('of fifty who finish the same sign-in at once, one gets on', async () => {
    server = await testServer(server.ctx.db)
    const challenge = await challengeOf()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => change(challenge, `${another}-${i}`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
    expect(await sessions()).toHaveLength(1)
  })

  describe('its challenge', () => {
    test('is used up', async () => {
      const challenge = await challengeOf()
      expect((await change(challenge)).status).toBe(200)
      expect(outcome(await change(challenge, third))).toEqual([400, 'invalid_challenge'])
    })

    test('lives for ten minutes', async () => {
      const challenge = await challengeOf()
      server.ctx.clock.advance(10 * 60_000)
      expect(outcome(await change(challenge))).toEqual([400, 'invalid_challenge'])
    })

    test('is void where it was made up or altered', async () => {
      const challenge = await challengeOf()
      const altered = `${challenge.slice(0, -2)}${challenge.endsWith('AA') ? 'BA' : 'AA'}`
      for (const given of ['', 'x', altered, `${challenge} `, 'x'.repeat(5000), userId])
        expect(outcome(await change(given))).toEqual([400, 'invalid_challenge'])
      expect(await sessions()).toEqual([])
    })

    test('ends with a new password, whoever set it', async () => {
      const challenge = await challengeOf()
      await updateUser(server.ctx, system, userId, { password: third, mustChangePassword: true })
      expect(outcome(await change(challenge))).toEqual([400, 'invalid_challenge'])
      const others = await challengeOf({ password: third })
      expect((await change(others)).status).toBe(200)
    })

    test('ends with another e-mail address', async () => {
      const challenge = await challengeOf()
      await updateUser(server.ctx, system, userId, { email: 'ana@example.com' })
      expect(outcome(await change(challenge))).toEqual([400, 'invalid_challenge'])
    })

    test('opens nothing once the account is disabled or deleted', async () => {
      const challenge = await challengeOf()
      await updateUser(server.ctx, system, userId, { disabled: true })
      expect(outcome(await change(challenge))).toEqual([403, 'account_disabled'])
      await server.ctx.db.deleteFrom('users').where('id', '=', userId).execute()
      expect(outcome(await change(challenge))).toEqual([400, 'invalid_challenge'])
    })

    test('is no other step’s', async () => {
      const challenge = await challengeOf()
      const demanding = await testServer(server.ctx.db, {
        instance: {
          ...server.ctx.instance,
          signInRequirements: [
            {
              kind: 'email_unverified',
              missing: async (_, { user, pause }) =>
                user.emailVerified ? undefined : { kind: 'email_unverified', challenge: await pause() },
            },
          ],
        },
      })
      const lacking = await demanding.request('POST', '/auth/sign-in', {
        body: { username: 'ana', password: testPassword },
      })
      expect(outcome(lacking)).toEqual([401, 'email_unverified'])
      expect(outcome(await change(lacking.body.challenge))).toEqual([400, 'invalid_challenge'])
      // a step that comes after: the password is changed, and no session opens yet
      const next = await demanding.request('POST', '/auth/change-password', {
        body: { challenge, password: another },
      })
      expect(outcome(next)).toEqual([401, 'email_unverified'])
      expect(await sessions()).toEqual([])
      expect(outcome(await signIn({ password: another }))).toEqual([200, undefined])
    })
  })

  test('a sign-in that lacks nothing asks the database as often as before', async () => {
    await change(await challengeOf())
    const asked: string[] = []
    const counting = server.ctx.db.withPlugin({
      transformQuery: ({ node }) => {
        asked.push(node.kind)
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const count = async (signInRequirements: typeof server.ctx.instance.signInRequirements) => {
      const instance = { ...server.ctx.instance, signInRequirements }
      const { request } = await testServer(counting, { instance })
      const { device_token } = (await signIn({ password: another })).body
      asked.length = 0
      const body = { username: 'ana', password: another, device_token }
      expect((await request('POST', '/auth/sign-in', { body })).status).toBe(200)
      return asked.length
    }
    expect(await count(server.ctx.instance.signInRequirements)).toBe(await count([]))
  })
})
