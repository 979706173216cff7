import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp } from './app.ts'
import { describeEachDatabase } from './testing/databases.ts'
import { errorType, type OpenApi, operationsOf } from './testing/operations.ts'
import { type TestServer, testServer } from './testing/server.ts'

describeEachDatabase('the whole surface', (open, dialect) => {
  let server: TestServer
  let document: OpenApi
  beforeAll(async () => {
    server = await testServer((await open()).db)
    document = (await server.request('GET', '/openapi.json')).body
  })
  const call: TestServer['request'] = (...args) => server.request(...args)

  /** What the pages about the API are made of, what standards of their own describe, and pages for people. */
  const undescribed =
    /^\/(?:docs|openapi\.json|pages|dev\/mail|account|deleted|sign-in|sign-in-by-email|sign-up|sign-out|signed-out|verify|undo-email|forgot-password|reset|email-sign-in|accept-invitation|change-password|factor)(?:\/|$|\.)/

  test('each route is described, with who may call it', () => {
    const described = new Map(
      operationsOf(document)
        .filter(({ path }) => !path.startsWith('/users/me'))
        .map((each) => [`${each.method} ${each.path}`, each]),
    )
    const routes = server.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !undescribed.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')}`)
    expect([...described.keys()].sort()).toEqual([...new Set(routes)].sort())
    for (const [name, { secured, responses }] of described) {
      expect('401' in responses || !secured, name).toBe(true)
      for (const [status, response] of Object.entries(responses)) {
        const types = Object.keys(response.content ?? {})
        const expected = errorType(name.split(' ')[1] ?? '')
        if (Number(status) >= 400) expect(types, `${name} ${status}`).toEqual([expected])
      }
    }
  })

  test('each route that asks for a token refuses strangers before it looks at their fields', async () => {
    for (const { method, path, secured, body } of operationsOf(document)) {
      if (!secured) continue
      const answer = await call(method, path.replace(/\{\w+\}/g, 'x'), body === undefined ? {} : { body: {} })
      expect(answer.status, `${method} ${path}`).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe(`Bearer realm="${server.ctx.config.issuer}"`)
      expect(answer.body).toMatchObject({ err: 'Unauthorized', status: 401, code: 'no_token' })
      expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'))
    }
  })

  test('an unknown path is 404, a wrong method 405 with Allow', async () => {
    const unknown = await call('GET', '/user')
    expect([unknown.status, unknown.body.code]).toEqual([404, 'route_not_found'])
    const wrong = await call('PUT', '/users/me', { raw: 'not json' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE, PATCH'])
  })

  test('no cache keeps an answer, unless it is a public document that says so', async () => {
    const { id, token } = await server.admin('reader')
    const isPublic = /^\/(\.well-known\/.*|revocations)?$/
    for (const { method, path } of operationsOf(document)) {
      if (method !== 'GET' || isPublic.test(path)) continue
      const answer = await call(method, path.replace('{userId}', id).replace('{role}', 'admin'), { token })
      expect([answer.status, answer.headers.get('cache-control')], path).toEqual([200, 'no-store'])
    }
    for (const path of ['/', '/openapi.json', '/docs', '/.well-known/jwks.json'])
      expect((await call('GET', path)).headers.get('cache-control'), path).toMatch(/^public, max-age=/)
  })

  test('`/healthz` and `/readyz` answer without a token', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await call('GET', path)
      expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }])
    }
  })

  if (dialect === 'postgres') return
  describe('the page about the API', () => {
    test('loads nothing from anywhere else, and may not', async () => {
      const page = await call('GET', '/docs')
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*connect-src 'self'/)
      const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '')
      expect(sources).toEqual(['/openapi.json', '/docs/scalar.js', '/docs/start.js'])
      expect(page.text).not.toMatch(/https?:|<style|<script>|onload/)
      for (const source of sources) expect((await call('GET', source)).status).toBe(200)
      const start = (await call('GET', '/docs/start.js')).text
      expect(start).not.toMatch(/https?:/)
      expect(start).toContain('"withDefaultFonts":false')
    })

    test('is Scalar, whose one script runs and finds what it is called with', async () => {
      const script = await call('GET', '/docs/scalar.js')
      expect(script.headers.get('content-type')).toContain('text/javascript')
      expect(() => new Script(script.text)).not.toThrow()
      expect(script.text).toContain('createApiReference')
    })

    test('tries things on the server that it came from, whatever its name', () => {
      expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/' }] })
    })
  })

  test('is written to a manifest at start, for whoever reviews or proves it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-manifest-'))
    try {
      const path = join(folder, 'manifest.json')
      await createApp(server.ctx, { manifest: path })
      const { routes } = JSON.parse(readFileSync(path, 'utf8')) as {
        routes: { method: string; path: string; printed: string }[]
      }
      const show = routes.find((route) => route.method === 'GET' && route.path === '/users/:userId')
      expect(show?.printed).toContain("own('userId')")
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
