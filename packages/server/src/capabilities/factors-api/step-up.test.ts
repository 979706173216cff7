import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard, stepUp } from '@gatehouse/guard/hono'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { enrolApp } from '../../testing/factors.ts'
import {
  type Person,
  type TestAnswer,
  type TestServer,
  testPassword,
  testServer,
} from '../../testing/server.ts'
import { listEvents } from '../audit/index.ts'

const outcome = ({ status, body }: TestAnswer) => [status, body?.code]
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listen(fetch: (request: Request) => Response | Promise<Response>, port = 0): Promise<string> {
  const listening = createAdaptorServer({ fetch }) as Server
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve))
  closing.push(() => {
    listening.closeAllConnections()
    return new Promise((resolve) => listening.close(resolve))
  })
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

describeEachDatabase('proving again who one is', (open) => {
  let server: TestServer
  let ana: Person
  beforeEach(async () => {
    server = await testServer((await open()).db)
    ana = await server.member('ana')
  })

  const stepUpWith = (body: object, token = ana.token, on = server) =>
    on.request('POST', '/auth/step-up', { token, body })

  test('an API refuses, the client follows what the refusal says, and the new token passes', async () => {
    const later: { fetch?: (request: Request) => Response | Promise<Response> } = {}
    const issuer = await listen((request) => later.fetch?.(request) ?? new Response(null, { status: 503 }))
    const { db } = await open()
    const real = await testServer(db, { config: { issuer } }, { feed: true })
    closing.push(async () => real.close())
    later.fetch = (request) => real.app.fetch(request)
    const guard = createGuard({ issuer, audience: 'api', clock: () => real.ctx.clock.now() / 1000 })
    closing.push(async () => guard.close())
    const api = new Hono()
    api.post('/payments', guard(stepUp({ acr: 'mfa', maxAge: '5m' })), (c) => c.text('paid'))
    await guard.seal(api)
    const base = await listen((request) => api.fetch(request))
    const pay = (token: string) =>
      fetch(`${base}/payments`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })

    const bea = await real.member('bea')
    const { app } = await enrolApp(real, bea.token)
    /** What a client does: it reads the refusal, asks its user, and comes back. */
    const follow = async (token: string) => {
      const refused = await pay(token)
      expect(refused.status).toBe(401)
      const said = refused.headers.get('www-authenticate') ?? ''
      expect(said).toContain('error="insufficient_user_authentication"')
      const value = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(said)?.[1]
      const demands = { acr_values: value('acr_values'), max_age: Number(value('max_age')) }
      expect(demands).toEqual({ acr_values: 'mfa', max_age: 300 })
      const send = async (proof: object) => {
        const response = await fetch(`${issuer}/auth/step-up`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ ...demands, ...proof }),
        })
        return { status: response.status, body: (await response.json()) as Record<string, string> }
      }
      return send
    }
    const signedIn = await real.request('POST', '/auth/sign-in', {
      body: { username: 'bea', password: testPassword },
    })
    const finished = await real.request('POST', '/auth/factor', {
      body: { challenge: signedIn.body.challenge, totp: app.code() },
    })
    const { token } = finished.body
    expect((await pay(token)).status).toBe(200)
    real.ctx.clock.advance(301_000)
    const send = await follow(token)
    expect(await send({})).toMatchObject({ status: 401, body: { code: 'step_up_required' } })
    const proven = await send({ totp: app.code() })
    expect(proven.status).toBe(200)
    expect((await pay(proven.body['token'] ?? '')).status).toBe(200)
    expect((await pay(token)).status).toBe(401)
  }, 60_000)

  describe('an account without factors', () => {
    test('proves it by the password, and the session says when', async () => {
      server.ctx.clock.advance(20 * 60_000)
      const { body } = await server.request('POST', '/auth/refresh', {
        body: { refresh_token: ana.refreshToken },
      })
      const before = claimsOf(body.token)
      const answer = await stepUpWith({ max_age: 60, password: testPassword }, body.token)
      expect(answer.status).toBe(200)
      const after = claimsOf(answer.body.token)
      expect(after.auth_time - before.auth_time).toBe(20 * 60)
      expect(after).toMatchObject({ acr: 'pwd', sid: before.sid, aud: before.aud })
      const changed = await server.request('PATCH', '/users/me', {
        token: answer.body.token,
        body: { username: 'anna' },
      })
      expect(changed.status).toBe(200)
      const [event] = (await listEvents(server.ctx, { limit: 20 })).items.filter(
        ({ action }) => action === 'session.stepped_up',
      )
      expect(event).toMatchObject({ actor: ana.id, detail: { session: before.sid, acr: 'pwd' } })
    })

    test('is told what is missing', async () => {
      server.ctx.clock.advance(61_000)
      const answer = await stepUpWith({ max_age: 60 })
      expect(outcome(answer)).toEqual([401, 'step_up_required'])
      expect(answer.body.factors).toEqual(['password'])
      const wrong = await stepUpWith({ password: 'wrong' })
      expect(wrong.body.errors).toMatchObject([{ field: 'password', code: 'wrong_password' }])
    })

    test('cannot prove several factors, or what nobody knows', async () => {
      for (const acr_values of ['mfa', 'phr', 'gold', 'mfa phr']) {
        const answer = await stepUpWith({ acr_values, password: testPassword })
        expect(outcome(answer)).toEqual([403, 'unmet_authentication_requirements'])
      }
      expect((await stepUpWith({ acr_values: 'gold pwd mfa', password: testPassword })).status).toBe(200)
    })
  })

  describe('an account with an authenticator app', () => {
    test('proves it by a code, once; the password alone is not enough', async () => {
      const { app } = await enrolApp(server, ana.token)
      const alone = await stepUpWith({ password: testPassword })
      expect(outcome(alone)).toEqual([401, 'step_up_required'])
      expect(alone.body.factors).toEqual(['totp', 'recovery_code'])
      const totp = app.code()
      const answer = await stepUpWith({ acr_values: 'mfa', totp })
      expect(claimsOf(answer.body.token)).toMatchObject({ acr: 'mfa', amr: ['pwd', 'otp', 'mfa'] })
      const again = await stepUpWith({ acr_values: 'mfa', totp })
      expect(again.body.errors).toMatchObject([{ field: 'totp', code: 'wrong_factor' }])
      expect(
        (await server.request('POST', '/users/me/factors/totp', { token: answer.body.token, body: {} }))
          .status,
      ).toBe(201)
    })

    test('cannot prove what only a passkey does', async () => {
      const { app } = await enrolApp(server, ana.token)
      const answer = await stepUpWith({ acr_values: 'phr', totp: app.code() })
      expect(outcome(answer)).toEqual([403, 'unmet_authentication_requirements'])
    })

    test('a session that proves enough already needs no proof', async () => {
      await enrolApp(server, ana.token)
      const answer = await stepUpWith({ acr_values: 'mfa', max_age: 60 })
      expect(answer.status).toBe(200)
      expect(claimsOf(answer.body.token).acr).toBe('mfa')
    })
  })

  test('is refused after signing out, and for nobody', async () => {
    await server.request('POST', '/auth/sign-out', { token: ana.token })
    expect((await stepUpWith({ password: testPassword })).status).toBe(401)
    expect((await server.request('POST', '/auth/step-up', { body: {} })).status).toBe(401)
  })

  test('bad input is refused, never an error of the server', async () => {
    for (const body of [
      { totp: '1', recovery_code: '2' },
      { max_age: -1 },
      { max_age: 1.5 },
      { max_age: 'x' },
      { acr_values: 5 },
      { acr_values: 'x'.repeat(300) },
      { password: 'x'.repeat(2000) },
      { acr: 'mfa' },
      [],
    ])
      expect((await stepUpWith(body)).status).toBe(422)
  })
})
