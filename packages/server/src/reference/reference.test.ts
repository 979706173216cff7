import { createHash } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { describeEachDatabase } from '../testing/databases.ts'
import { fillPath, type OpenApi, operationsOf } from '../testing/operations.ts'
import { type TestServer, testServer } from '../testing/server.ts'

/** What becomes of samples that a secret would have to be in. */
const refusals = new Map([
  ['/auth/refresh', { status: 401, code: 'invalid_grant' }],
  ['/auth/continue-sign-in', { status: 400, code: 'invalid_challenge' }],
  ['/auth/accept-invitation', { status: 400, code: 'invalid_challenge' }],
  ['/auth/verify-email', { status: 400, code: 'invalid_challenge' }],
  ['/auth/undo-email', { status: 400, code: 'invalid_challenge' }],
  ['/auth/reset-password', { status: 400, code: 'invalid_challenge' }],
  ['/auth/email-sign-in/complete', { status: 400, code: 'invalid_challenge' }],
  ['/auth/change-password', { status: 400, code: 'invalid_challenge' }],
  ['/auth/cancel-deletion', { status: 400, code: 'invalid_challenge' }],
  ['/auth/factor', { status: 400, code: 'invalid_challenge' }],
  ['/auth/factor/options', { status: 400, code: 'invalid_challenge' }],
  ['/auth/passkey', { status: 401, code: 'wrong_factor' }],
  // factors are enrolled and named by nobody else
  ['/users/{userId}/factors/{factorId}', { status: 403, code: 'rule_not_met' }],
  ['/users/{userId}/factors/totp', { status: 403, code: 'rule_not_met' }],
  ['/users/{userId}/factors/totp/{factorId}/confirm', { status: 403, code: 'rule_not_met' }],
  ['/users/{userId}/factors/passkeys', { status: 403, code: 'rule_not_met' }],
  ['/users/me/factors/{factorId}', { status: 404, code: 'factor_not_found' }],
  ['/users/me/factors/totp/{factorId}/confirm', { status: 404, code: 'factor_not_found' }],
  ['/users/me/factors/passkeys', { status: 422, code: 'invalid_input' }],
])

describeEachDatabase('the sample that `/docs` fills in', (open) => {
  test('works as it is, for each route with a JSON body', async () => {
    const server = await testServer((await open()).db)
    const document: OpenApi = (await server.request('GET', '/openapi.json')).body
    const admin = await server.admin()
    const other = await server.member('other')
    const operations = operationsOf(document).filter(({ body }) => body !== undefined)
    expect(operations.length).toBeGreaterThan(8)
    // signing up comes before signing in, and rotating keys ends nothing here
    const order = (path: string): number => (path === '/auth/sign-up' ? 0 : 1)
    for (const operation of operations.sort((one, two) => order(one.path) - order(two.path))) {
      const path = fillPath(operation, (name) => (name === 'userId' ? other.id : 'editor'))
      const answer = await server.request(operation.method, path, {
        body: operation.sample,
        ...(operation.secured ? { token: admin.token } : {}),
      })
      // nobody's refresh token or challenge can be in a document: the rest of that sample is good
      const refusal = refusals.get(operation.path)
      const expected = refusal === undefined ? [200, 201, 202] : [refusal.status]
      expect(expected, `${operation.method} ${path}: ${answer.text}`).toContain(answer.status)
      if (refusal !== undefined) expect(answer.body.code).toBe(refusal.code)
    }
  })
})

describeEachDatabase('the OpenAPI document', (open) => {
  test('describes what people do with their own account under `/users/me`', async () => {
    const server = await testServer((await open()).db)
    const document: OpenApi = (await server.request('GET', '/openapi.json')).body
    const own = operationsOf(document).filter(({ path }) => path.startsWith('/users/me'))
    const anyone = operationsOf(document).filter(({ path }) => path.startsWith('/users/{userId}'))
    // roles are given by others, and administrators cancel deletions there
    const expected = anyone.filter(({ path }) => !/\/(?:roles|deletion)$/.test(path))
    expect(own.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      expected.map(({ method, path }) => `${method} ${path.replace('{userId}', 'me')}`).sort(),
    )
    const { token } = await server.member('ana')
    for (const operation of own.filter(({ method }) => method === 'GET')) {
      expect(operation.pathParameters).toEqual([])
      expect((await server.request('GET', operation.path, { token })).status, operation.path).toBe(200)
    }
  })
})

describeEachDatabase('GET / answers', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db, {
      config: { issuer: 'https://example.com/<b>&"' },
    })
  })

  test.each(['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'])(
    'a person (%s) with a page that runs and loads nothing',
    async (accept) => {
      const { status, headers, text } = await server.request('GET', '/', { headers: { accept } })
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
      expect(headers.get('vary')).toContain('Accept')
      expect(text).not.toMatch(/<b>|<script|<img|<link|\son\w+=|\sstyle=|src=/)
      const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, link]) => link)
      const base = '/%3Cb%3E&amp;%22'
      expect(links).toEqual(
        ['/docs', '/openapi.json', '/.well-known/oauth-authorization-server', '/healthz'].map(
          (path) => base + path,
        ),
      )
      for (const link of links)
        expect((await server.request('GET', link?.slice(base.length) ?? '')).status).toBe(200)
      const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? []
      const hash = createHash('sha256').update(style).digest('base64')
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      )
    },
  )

  test.each([undefined, '*/*', 'application/json', 'text/html;q=0.1, application/json', 'image/png'])(
    'a program (%s) with links',
    async (accept) => {
      const answer = await server.request('GET', '/', accept === undefined ? {} : { headers: { accept } })
      const { issuer } = server.ctx.config
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
      expect(answer.body).toMatchObject({ name: 'Gatehouse', issuer, documentation: `${issuer}/docs` })
      for (const name of ['documentation', 'openapi', 'health', 'metadata']) {
        const path = answer.body[name].slice(issuer.length)
        expect((await server.request('GET', path)).status, path).toBe(200)
      }
    },
  )
})
