import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Differences, TestAuthenticator } from '../../testing/authenticator.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import {
  type Person,
  type TestAnswer,
  type TestServer,
  testPassword,
  testServer,
} from '../../testing/server.ts'
import { updateUser } from '../accounts/index.ts'
import { writeFailures } from '../audit/index.ts'
import { listSessions } from '../sessions/index.ts'

const outcome = ({ status, body }: TestAnswer) => [status, body?.code]
const app = 'https://app.localhost'

describeEachDatabase('a passkey', (open) => {
  let server: TestServer
  let ana: Person
  let key: TestAuthenticator
  beforeEach(async () => {
    server = await testServer((await open()).db, { config: { corsOrigins: [app] } })
    ana = await server.member('ana')
    key = new TestAuthenticator(server.ctx.config.issuer)
  })

  const post = (path: string, body?: unknown, token?: string) => server.request('POST', path, { body, token })
  const creation = async (token = ana.token) =>
    (await post('/users/me/factors/passkeys/options', undefined, token)).body
  const enrol = async (with_ = key, differences: Differences = {}, token = ana.token) =>
    post(
      '/users/me/factors/passkeys',
      { credential: with_.create(await creation(token), differences) },
      token,
    )
  const request = async () => (await post('/auth/passkey/options')).body
  const signIn = async (with_ = key, differences: Differences = {}, more: object = {}) =>
    post('/auth/passkey', { credential: with_.get(await request(), differences), ...more })
  const sessions = async () => (await listSessions(server.ctx, ana.id, { limit: 100 })).items

  test('is enrolled with what a browser needs and makes', async () => {
    const options = await creation()
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Gatehouse' },
      user: { name: 'ana' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    })
    const { status, body } = await post(
      '/users/me/factors/passkeys',
      {
        name: 'Laptop',
        credential: { ...key.create(options), authenticatorAttachment: 'platform', more: 1 },
      },
      ana.token,
    )
    expect(status).toBe(201)
    expect(body).toMatchObject({ kind: 'passkey', name: 'Laptop' })
    expect(body.recovery_codes).toHaveLength(10)
    const row = await server.ctx.db.selectFrom('factors').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      credential_id: key.id,
      relying_party: 'localhost',
      transports: '["internal"]',
      backup_eligible: 0,
      backed_up: 0,
      sign_count: 0,
    })
    const second = await creation()
    expect(second.excludeCredentials).toMatchObject([{ id: key.id, transports: ['internal'] }])
  })

  test('that is kept on several devices says so', async () => {
    await enrol(new TestAuthenticator(server.ctx.config.issuer, { synced: true }))
    expect(await server.ctx.db.selectFrom('factors').selectAll().executeTakeFirst()).toMatchObject({
      backup_eligible: 1,
      backed_up: 1,
    })
  })

  test('signs in alone, and the session resists phishing', async () => {
    await enrol()
    const answer = await signIn(key, {}, { audience: 'api' })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { username: 'ana' }, token_type: 'Bearer' })
    expect((await sessions())[0]).toMatchObject({
      method: 'passkey',
      acr: 'phr',
      amr: ['pop', 'user', 'mfa'],
      audience: ['api'],
    })
    expect((await signIn()).status).toBe(200)
  })

  test('of an application on a listed origin works, too', async () => {
    await enrol()
    expect((await signIn(key, { origin: app })).status).toBe(200)
  })

  test('is the second factor of a password', async () => {
    await enrol()
    const { body } = await post('/auth/sign-in', { username: 'ana', password: testPassword })
    expect(body).toMatchObject({ code: 'factor_required', factors: ['passkey', 'recovery_code'] })
    const { challenge } = body
    const options = (await post('/auth/factor/options', { challenge })).body
    expect(options.allowCredentials).toMatchObject([{ id: key.id }])
    const answer = await post('/auth/factor', {
      challenge,
      passkey: key.get(options, { userVerified: false }),
    })
    expect(answer.status).toBe(200)
    expect((await sessions())[0]).toMatchObject({ acr: 'mfa', amr: ['pwd', 'pop', 'user', 'mfa'] })
    const again = await post('/auth/sign-in', { username: 'ana', password: testPassword })
    const next = (await post('/auth/factor/options', { challenge: again.body.challenge })).body
    await post('/auth/factor', { challenge: again.body.challenge, passkey: key.get(next) })
    expect((await sessions())[0]).toMatchObject({ acr: 'phr' })
  })

  test('steps a session up', async () => {
    await enrol()
    const other = await post('/auth/step-up', { acr_values: 'phr' }, ana.token)
    expect(other.status).toBe(200)
    server.ctx.clock.advance(400_000)
    const missing = await post('/auth/step-up', { acr_values: 'phr', max_age: 300 }, ana.token)
    expect(outcome(missing)).toEqual([401, 'step_up_required'])
    expect(missing.body.factors).toEqual(['passkey'])
    const options = (await post('/auth/step-up/options', undefined, ana.token)).body
    const passkey = key.get(options)
    const answer = await post('/auth/step-up', { acr_values: 'phr', max_age: 300, passkey }, ana.token)
    expect(answer.status).toBe(200)
    const again = await post('/auth/step-up', { acr_values: 'phr', max_age: 0, passkey }, ana.token)
    expect(outcome(again)).toEqual([400, 'invalid_challenge'])
    const eve = await server.member('eve')
    const theirs = key.get((await post('/auth/step-up/options', undefined, eve.token)).body)
    expect((await post('/auth/step-up', { passkey: theirs }, eve.token)).status).toBe(422)
  })

  describe('is refused', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const wrong: Record<string, Differences> = {
      'of another origin': { origin: 'https://evil.example' },
      'for another relying party': { rpId: 'evil.example' },
      'for another ceremony': { type: 'webauthn.create' },
      'for a challenge that nobody gave': { challenge: Buffer.alloc(32, 7).toString('base64url') },
      'without its user': { userPresent: false },
      'without having verified its user, where it is all there is': { userVerified: false },
      'with another key': { key: other },
      'for another account': { userHandle: Buffer.from('somebody else').toString('base64url') },
    }
    test.each(Object.entries(wrong))('%s', async (_, differences) => {
      await enrol()
      const before = (await sessions()).length
      expect(outcome(await signIn(key, differences))).toEqual([401, 'wrong_factor'])
      expect(await sessions()).toHaveLength(before)
      expect((await signIn()).status).toBe(200)
    })

    test('when its answer is sent again', async () => {
      await enrol()
      const credential = key.get(await request())
      expect((await post('/auth/passkey', { credential })).status).toBe(200)
      expect(outcome(await post('/auth/passkey', { credential }))).toEqual([401, 'wrong_factor'])
    })

    test('ten minutes after the options', async () => {
      await enrol()
      const options = await request()
      server.ctx.clock.advance(10 * 60_000)
      expect(outcome(await post('/auth/passkey', { credential: key.get(options) }))).toEqual([
        401,
        'wrong_factor',
      ])
    })

    test('when its counter goes back, which is audited', async () => {
      await enrol()
      expect((await signIn(key, { counter: 9 })).status).toBe(200)
      for (const counter of [9, 3, 0])
        expect(outcome(await signIn(key, { counter }))).toEqual([401, 'wrong_factor'])
      await writeFailures(server.ctx)
      const events = await server.ctx.db
        .selectFrom('audit_events')
        .selectAll()
        .where('action', '=', 'factor.copied')
        .execute()
      expect(events).toMatchObject([{ target: ana.id }])
    })

    test('of a disabled account', async () => {
      await enrol()
      await updateUser(server.ctx, { kind: 'system' }, ana.id, { disabled: true })
      expect(outcome(await signIn())).toEqual([403, 'account_disabled'])
    })

    test('after it was removed', async () => {
      const { body } = await enrol()
      const gone = await server.request('DELETE', `/users/me/factors/${body.id}`, { token: ana.token })
      expect(gone.status).toBe(204)
      expect(outcome(await signIn())).toEqual([401, 'wrong_factor'])
    })
  })

  test('of fifty who come with one answer, one gets in', async () => {
    await enrol()
    const before = (await sessions()).length
    const credential = key.get(await request())
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/auth/passkey', { credential })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await sessions()).toHaveLength(before + 1)
  })

  describe('is not enrolled', () => {
    test('from another origin, for another challenge, or twice', async () => {
      for (const differences of [
        { origin: 'https://evil.example' },
        { rpId: 'evil.example' },
        { type: 'webauthn.get' },
        { userPresent: false },
      ])
        expect(outcome(await enrol(key, differences))).toEqual([422, 'invalid_input'])
      const made = Buffer.alloc(32, 7).toString('base64url')
      expect(outcome(await enrol(key, { challenge: made }))).toEqual([400, 'invalid_challenge'])
      expect((await enrol()).status).toBe(201)
      expect(outcome(await enrol())).toEqual([422, 'invalid_input'])
    })

    test('with options of somebody else', async () => {
      const eve = await server.member('eve')
      const credential = key.create(await creation(eve.token))
      const answer = await post('/users/me/factors/passkeys', { credential }, ana.token)
      expect(outcome(answer)).toEqual([400, 'invalid_challenge'])
    })
  })

  test('the last way in stays', async () => {
    const { body } = await enrol()
    await server.ctx.db.deleteFrom('credentials').execute()
    const { token } = (await signIn()).body
    const remove = (path: string) => server.request('DELETE', `/users/me/factors${path}`, { token })
    for (const path of [`/${body.id}`, '']) expect(outcome(await remove(path))).toEqual([409, 'last_way_in'])
    const spare = await enrol(new TestAuthenticator(server.ctx.config.issuer), {}, token)
    expect(spare.status).toBe(201)
    expect((await remove(`/${body.id}`)).status).toBe(204)
  })

  test('bad input is refused, never an error of the server', async () => {
    const good = key.get(await request())
    for (const credential of [
      null,
      {},
      { ...good, id: 5 },
      { ...good, response: {} },
      { ...good, type: 'x' },
    ])
      expect((await post('/auth/passkey', { credential })).status).toBe(422)
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature']) {
      for (const value of ['', '%%', 'AAAA', Buffer.alloc(3000, 255).toString('base64url')]) {
        const credential = { ...key.get(await request()), response: { ...good.response, [part]: value } }
        expect((await post('/auth/passkey', { credential })).status).toBe(401)
      }
    }
    for (const attestationObject of ['', '%%', 'oA', Buffer.alloc(3000, 0x9f).toString('base64url'), '_w']) {
      const made = key.create(await creation())
      const credential = { ...made, response: { ...made.response, attestationObject } }
      expect((await post('/users/me/factors/passkeys', { credential }, ana.token)).status).toBe(422)
    }
  })
})
