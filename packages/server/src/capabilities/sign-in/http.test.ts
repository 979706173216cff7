import { createGuard } from '@gatehouse/guard/hono'
import { beforeAll, describe, expect, test } from 'vitest'
import { errorAnswers } from '../../capabilities.ts'
import { newApi } from '../../platform/http/api.ts'
import { problemResponse } from '../../platform/http/render.ts'
import { securityHeaders } from '../../platform/http/security-headers.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { isGrantGood } from '../grants/index.ts'
import { ensureKeys, publishedJwks } from '../keys/index.ts'
import { metadataRoutes } from '../oauth/metadata-routes.ts'
import { oauthRoutes } from '../oauth/routes.ts'
import { ensureRoles } from '../roles/index.ts'
import { refreshRoutes } from '../sessions-api/refresh-routes.ts'
import { sessionRoutes } from '../sessions-api/routes.ts'
import { signInRoutes } from './routes.ts'

const issuer = 'http://localhost:3000'
const page = 'https://app.example.com'
const ana = { username: 'ana', password: 'staple-horse-battery-9' }

describeEachDatabase('over HTTP', (open) => {
  const start = async () => {
    const { db } = await open()
    const ctx = testContext(db, { config: { corsOrigins: [page] } })
    await ensureRoles(ctx)
    await ensureKeys(ctx)
    const guard = createGuard({
      issuer,
      audience: issuer,
      jwks: () => publishedJwks(ctx),
      revocation: {
        standing: async ({ sid = '', sub = '' }) => ((await isGrantGood(ctx, sid, sub)) ? 'good' : 'revoked'),
        close: () => undefined,
      },
    })
    const app = newApi()
    app.onError((error, c) => problemResponse(error, c.get('requestId'), errorAnswers()))
    app.use(securityHeaders)
    app.use(async (c, next) => {
      c.set('clientAddress', '192.0.2.7')
      c.set('requestId', 'a-request')
      await next()
    })
    signInRoutes(app, ctx, guard)
    refreshRoutes(app, ctx, guard)
    oauthRoutes(app, ctx, guard)
    sessionRoutes(app, ctx, guard)
    metadataRoutes(app, ctx, guard)
    const call = async (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) => {
      const init: RequestInit = { method, headers: { 'Content-Type': 'application/json', ...headers } }
      if (body !== undefined) init.body = JSON.stringify(body)
      const response = await app.request(path, init)
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
    }
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
    return { call, bearer, clock: ctx.clock }
  }
  type Server = Awaited<ReturnType<typeof start>>

  describe('one person, from signing up to signing out', () => {
    let server: Server
    beforeAll(async () => {
      server = await start()
    })

    test('sign-up, verify-token, refresh, sign-out', async () => {
      const { call, bearer } = server
      const up = await call('POST', '/auth/sign-up', ana)
      expect(up.status).toBe(201)
      expect(up.headers.get('Cache-Control')).toBe('no-store')
      expect(up.body).toMatchObject({ user: { username: 'ana' }, token_type: 'Bearer', expires_in: 600 })
      const verified = await call('POST', '/verify-token', undefined, bearer(up.body.token))
      expect(verified.body).toMatchObject({ user: { sub: up.body.user.id, username: 'ana' } })
      const refreshed = await call('POST', '/auth/refresh', { refresh_token: up.body.refresh_token })
      expect(refreshed.status).toBe(200)
      expect(refreshed.body).not.toHaveProperty('user')
      expect((await call('POST', '/auth/sign-out', undefined, bearer(up.body.token))).status).toBe(204)
      for (const token of [up.body.token, refreshed.body.token]) {
        expect((await call('POST', '/verify-token', undefined, bearer(token))).status).toBe(401)
      }
      const late = await call('POST', '/auth/refresh', { refresh_token: refreshed.body.refresh_token })
      expect(late.status).toBe(401)
    })

    test('what is wrong is answered as agreed', async () => {
      const { call } = server
      expect((await call('POST', '/auth/sign-up', ana)).status).toBe(409)
      const bad = await call('POST', '/auth/sign-up', {
        username: 'a b',
        password: 'x',
        email: 'no',
        admin: true,
      })
      expect(bad.status).toBe(422)
      const fields = bad.body.errors.map(({ field }: { field: string }) => field).sort()
      expect(fields).toEqual(['admin', 'email', 'password', 'username'])
      expect((await call('POST', '/auth/sign-in', { ...ana, password: 'wrong' })).status).toBe(401)
      expect((await call('POST', '/auth/sign-in', { ...ana, audience: 'bank' })).body.code).toBe(
        'invalid_target',
      )
      expect((await call('POST', '/auth/refresh', {})).status).toBe(422)
      expect((await call('POST', '/auth/refresh', { refresh_token: 'made up' })).status).toBe(401)
      expect((await call('POST', '/auth/sign-out')).status).toBe(401)
    })

    test('sessions are listed and ended by who they belong to', async () => {
      const { call, bearer, clock } = server
      const here = await call('POST', '/auth/sign-in', ana)
      clock.advance(1)
      const there = await call('POST', '/auth/sign-in', ana, { 'User-Agent': 'curl/8.1' })
      const list = await call('GET', '/users/me/sessions', undefined, bearer(here.body.token))
      expect(list.body).toMatchObject([{ current: false, device: { browser: 'curl 8' } }, { current: true }])
      const path = `/users/${here.body.user.id}/sessions/${list.body[0].id}`
      expect((await call('DELETE', path, undefined, bearer(here.body.token))).status).toBe(204)
      expect((await call('POST', '/verify-token', undefined, bearer(there.body.token))).status).toBe(401)
      expect((await call('DELETE', path, undefined, bearer(here.body.token))).status).toBe(404)
      const other = await call('POST', '/auth/sign-up', { ...ana, username: 'ben' })
      expect((await call('DELETE', path, undefined, bearer(other.body.token))).status).toBe(403)
      expect((await call('GET', '/users/made-up/sessions', undefined, bearer(other.body.token))).status).toBe(
        403,
      )
      expect((await call('DELETE', '/users/me/sessions', undefined, bearer(here.body.token))).status).toBe(
        204,
      )
      expect((await call('POST', '/verify-token', undefined, bearer(here.body.token))).status).toBe(401)
    })

    test('keys and metadata may be cached, and asked after by ETag', async () => {
      const { call } = server
      for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server']) {
        const first = await call('GET', path)
        expect(first.headers.get('Cache-Control')).toBe('public, max-age=300')
        const again = await call('GET', path, undefined, { 'If-None-Match': first.headers.get('ETag') ?? '' })
        expect([first.status, again.status]).toEqual([200, 304])
      }
      expect((await call('GET', '/.well-known/oauth-authorization-server')).body).toMatchObject({
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
      })
    })
  })

  describe('the refresh cookie', () => {
    let server: Server
    let cookie: string
    beforeAll(async () => {
      server = await start()
      await server.call('POST', '/auth/sign-up', ana)
      const signedIn = await server.call(
        'POST',
        '/auth/sign-in',
        { ...ana, transport: 'cookie' },
        { Origin: page },
      )
      expect(signedIn.body).not.toHaveProperty('refresh_token')
      const set = signedIn.headers.get('Set-Cookie') ?? ''
      for (const part of ['__Host-gatehouse-refresh=', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) {
        expect(set).toContain(part)
      }
      expect(set).not.toContain('Domain')
      cookie = set.split(';')[0] ?? ''
    })
    const refresh = (headers: Record<string, string>, body: object = {}) =>
      server.call('POST', '/auth/refresh', body, { Cookie: cookie, ...headers })

    test('counts for no page of another origin, nor for a request that tells none', async () => {
      for (const headers of [
        {},
        { Origin: 'https://evil.example.com' },
        { Origin: 'null' },
        { Origin: '' },
      ]) {
        expect((await refresh(headers as Record<string, string>)).body.code).toBe('origin_not_allowed')
      }
      const signedIn = await server.call('POST', '/auth/sign-in', { ...ana, transport: 'cookie' })
      expect(signedIn.status).toBe(403)
      expect(signedIn.headers.get('Set-Cookie')).toBeNull()
    })

    test('beside a token in the body is a 400, and its value in a body is worth nothing', async () => {
      const token = cookie.split('=')[1]
      expect((await refresh({ Origin: page }, { refresh_token: token })).status).toBe(400)
      expect((await server.call('POST', '/auth/refresh', { refresh_token: token })).status).toBe(401)
    })

    test('is replaced by a refresh from a listed page or the server’s own, and cleared by signing out', async () => {
      for (const Origin of [page, issuer]) {
        const refreshed = await refresh({ Origin })
        expect(refreshed.status).toBe(200)
        expect(refreshed.body).not.toHaveProperty('refresh_token')
        const next = refreshed.headers.get('Set-Cookie')?.split(';')[0] ?? ''
        expect(next).not.toBe(cookie)
        cookie = next
      }
      const { body } = await refresh({ Origin: page })
      const out = await server.call('POST', '/auth/sign-out', undefined, {
        ...server.bearer(body.token),
        Cookie: cookie,
      })
      expect(out.status).toBe(204)
      expect(out.headers.get('Set-Cookie')).toContain('Max-Age=0')
    })
  })
})
