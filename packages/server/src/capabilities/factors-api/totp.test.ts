import { beforeEach, describe, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { appFor, enrolApp } from '../../testing/factors.ts'
import { mailTo } from '../../testing/mail.ts'
import {
  type Person,
  type TestAnswer,
  type TestServer,
  testPassword,
  testServer,
} from '../../testing/server.ts'
import { listEvents } from '../audit/index.ts'

const outcome = ({ status, body }: TestAnswer) => [status, body?.code]

describeEachDatabase('an authenticator app', (open) => {
  let server: TestServer
  let ana: Person
  beforeEach(async () => {
    server = await testServer((await open()).db)
    ana = await server.member('ana')
  })

  const call = (method: string, path: string, body?: unknown, token = ana.token) =>
    server.request(method, `/users/me/factors${path}`, { token, body })
  const begin = async (token = ana.token) => (await call('POST', '/totp', {}, token)).body
  const list = async () => (await call('GET', '')).body

  test('is set up with a secret, an address and a QR code', async () => {
    const { status, body, headers } = await call('POST', '/totp', { name: 'Phone' })
    expect(status).toBe(201)
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(body.uri)
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      'otpauth:',
      'totp',
      '/Gatehouse:ana',
    ])
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Gatehouse',
      secret: body.secret,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    })
    expect(body.qr).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>.*<\/svg>$/s)
    expect(body.qr).not.toMatch(/script|style=|href/)
    expect(headers.get('cache-control')).toBe('no-store')
    const { secret_sealed } = await server.ctx.db.selectFrom('factors').selectAll().executeTakeFirstOrThrow()
    expect(secret_sealed).not.toContain(body.secret)
  })

  test('counts once one of its codes was seen, and then gives recovery codes', async () => {
    const begun = await begin()
    expect((await list()).factors).toEqual([])
    expect((await server.request('POST', '/auth/sign-in', { body: credentials })).status).toBe(200)
    const app = appFor(server, begun)
    const wrong = await call('POST', `/totp/${app.id}/confirm`, { totp: app.code(20) })
    expect(wrong.body.errors).toMatchObject([{ field: 'totp', code: 'wrong_factor' }])
    const { status, body } = await call('POST', `/totp/${app.id}/confirm`, { totp: app.code() })
    expect(status).toBe(200)
    expect(new Set(body.recovery_codes).size).toBe(10)
    expect(await list()).toMatchObject({
      factors: [{ id: app.id, kind: 'totp', name: 'Authenticator app' }],
      recovery_codes: { left: 10 },
    })
    const again = await call('POST', `/totp/${app.id}/confirm`, { totp: app.code() })
    expect(outcome(again)).toEqual([404, 'factor_not_found'])
    const { items } = await listEvents(server.ctx, { limit: 10 })
    expect(items.map(({ action }) => action)).toContain('factor.added')
  })

  test('raises the session that enrolled it, so that its next token says so', async () => {
    await enrolApp(server, ana.token)
    const { body } = await server.request('POST', '/auth/refresh', {
      body: { refresh_token: ana.refreshToken },
    })
    const claims = JSON.parse(Buffer.from(body.token.split('.')[1], 'base64url').toString())
    expect(claims).toMatchObject({ acr: 'mfa', amr: ['pwd', 'otp', 'mfa'] })
    expect((await call('POST', '/totp', {}, body.token)).status).toBe(201)
  })

  test('is forgotten when another is begun before it was confirmed', async () => {
    const first = await begin()
    const second = await begin()
    const late = await call('POST', `/totp/${first.id}/confirm`, { totp: appFor(server, first).code() })
    expect(outcome(late)).toEqual([404, 'factor_not_found'])
    const confirmed = await call('POST', `/totp/${second.id}/confirm`, {
      totp: appFor(server, second).code(),
    })
    expect(confirmed.status).toBe(200)
  })

  test('is enrolled and removed only soon after signing in, and with a factor where there is one', async () => {
    const elsewhere = await server.signIn('ana')
    const { app } = await enrolApp(server, ana.token)
    for (const answer of [
      await call('POST', '/totp', {}, elsewhere.token),
      await call('POST', '/recovery-codes', undefined, elsewhere.token),
      await call('DELETE', `/${app.id}`, undefined, elsewhere.token),
      await call('DELETE', '', undefined, elsewhere.token),
    ]) {
      expect(outcome(answer)).toEqual([401, 'step_up_required'])
      expect(answer.body.factors).toEqual(['totp', 'recovery_code'])
      expect(answer.headers.get('www-authenticate')).toContain('acr_values="mfa"')
    }
    server.ctx.clock.advance(11 * 60_000)
    const late = await server.request('POST', '/auth/refresh', { body: { refresh_token: ana.refreshToken } })
    for (const [method, path] of [
      ['POST', '/totp'],
      ['POST', '/recovery-codes'],
      ['DELETE', `/${app.id}`],
    ] as const) {
      const answer = await call(
        method,
        path,
        method === 'POST' && path === '/totp' ? {} : undefined,
        late.body.token,
      )
      expect(outcome(answer)).toEqual([401, 'recent_sign_in_required'])
    }
    const { body: left } = await call('GET', '', undefined, late.body.token)
    expect(left.factors).toHaveLength(1)
  })

  test('is renamed and removed by its owner; the recovery codes go with the last factor', async () => {
    const { app } = await enrolApp(server, ana.token)
    const { body } = await server.request('POST', '/auth/refresh', {
      body: { refresh_token: ana.refreshToken },
    })
    const renamed = await call('PATCH', `/${app.id}`, { name: ' Work phone ' }, body.token)
    expect([renamed.status, renamed.body.name]).toEqual([200, 'Work phone'])
    expect((await call('DELETE', `/${app.id}`, undefined, body.token)).status).toBe(204)
    expect(await list()).toMatchObject({ factors: [], recovery_codes: { left: 0 } })
    expect((await server.request('POST', '/auth/sign-in', { body: credentials })).status).toBe(200)
  })

  test('is nobody else’s to see, change or remove', async () => {
    const { app } = await enrolApp(server, ana.token)
    const eve = await server.member('eve')
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['DELETE', '', undefined],
      ['DELETE', `/${app.id}`, undefined],
      ['PATCH', `/${app.id}`, { name: 'x' }],
      ['POST', '/totp', {}],
      ['POST', `/totp/${app.id}/confirm`, { totp: app.code() }],
      ['POST', '/recovery-codes', undefined],
    ] as const) {
      const path_ = `/users/${ana.id}/factors${path}`
      expect((await server.request(method, path_, { token: eve.token, body })).status).toBe(403)
      // an id of another's does not reach it through one's own path either
      if (path.includes(app.id)) {
        const own = await server.request(method, `/users/me/factors${path}`, { token: eve.token, body })
        expect(own.status).toBe(404)
      }
    }
    expect((await list()).factors).toMatchObject([{ name: 'Authenticator app' }])
  })

  describe('of somebody who has lost it', () => {
    const removed = (token: string) => server.request('DELETE', `/users/${ana.id}/factors`, { token })

    test('is removed by an administrator, audited and told', async () => {
      await enrolApp(server, ana.token)
      const email = 'ana@example.com'
      const set = { email, email_key: email, email_verified_at: 1 }
      await server.ctx.db.updateTable('users').set(set).where('id', '=', ana.id).execute()
      const root = await server.admin()
      expect((await removed(root.token)).status).toBe(204)
      expect((await server.request('POST', '/auth/sign-in', { body: credentials })).status).toBe(200)
      const [event] = (await listEvents(server.ctx, { limit: 10 })).items.filter(
        ({ action }) => action === 'factor.removed',
      )
      expect(event).toMatchObject({
        actor: root.id,
        target: ana.id,
        detail: { removed: ['totp', 'recovery_codes'] },
      })
      expect(await mailTo(server.ctx, email)).toMatchObject([
        { message: 'factors-removed', values: { removed: ['totp', 'recovery_codes'], name: 'ana' } },
      ])
    })

    test('is not removed by somebody who holds less than its owner, or no permission', async () => {
      await server.role('support', ['factors:write', 'factors:read'])
      const support = await server.officer('sue', ['support'])
      await enrolApp(server, ana.token)
      await server.admin()
      await server.giveRoles(ana.id, ['admin'])
      expect((await removed(support.token)).status).toBe(403)
      await server.giveRoles(ana.id, ['member'])
      expect((await removed(support.token)).status).toBe(204)
    })
  })

  test('is none for a caller without a person', async () => {
    expect((await server.request('GET', '/users/me/factors')).status).toBe(401)
  })

  test('bad input is refused, never an error of the server', async () => {
    const { id } = await begin()
    for (const body of [
      null,
      [],
      'x',
      { name: '' },
      { name: 'x'.repeat(65) },
      { name: 1 },
      { kind: 'totp' },
    ]) {
      expect((await call('POST', '/totp', body)).status).toBe(422)
    }
    for (const totp of [
      '',
      '12345',
      '1234567',
      'abcdef',
      '１２３４５６',
      123456,
      null,
      'x'.repeat(5000),
      '\u0000',
    ]) {
      expect((await call('POST', `/totp/${id}/confirm`, { totp })).status).toBe(422)
    }
    for (const bad of ['%00', 'x'.repeat(2000), '%F0%9F%98%80', '..%2F..'])
      expect((await call('DELETE', `/${bad}`)).status).toBe(404)
  })
})

const credentials = { username: 'ana', password: testPassword }
