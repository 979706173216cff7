import { createGuard } from '@gatehouse/guard/hono'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { InvalidInput, TooManyAttempts } from '../../errors.ts'
import { loggerTo } from '../../log.ts'
import { noMetrics } from '../../metrics.ts'
import { newApi, requireBodyRules } from '../api.ts'
import { surround } from '../surround.ts'
import type { HttpEnv } from '../variables.ts'
import { form } from './form.ts'
import { page } from './page.ts'
import { redirect } from './redirect.ts'

const issuer = createTestIssuer({ audience: 'api' })
const guard = createGuard({ issuer: issuer.issuer, audience: 'api', jwks: issuer.jwks() })
const open = guard.open('a test')
const policy = "default-src 'none'; style-src 'self'"
const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }
const responses = { 200: { description: 'done' } }

function newApp(lines: string[] = []): OpenAPIHono<HttpEnv> {
  const app = newApi()
  const log = loggerTo('info', { write: (line) => void lines.push(line) })
  surround(app, { log, metrics: noMetrics, trustProxy: 0, corsOrigins: [] })
  return app
}

describe('a JSON route', () => {
  const body = {
    required: true,
    content: { 'application/json': { schema: z.strictObject({ a: z.string() }) } },
  }
  function jsonApp() {
    const app = newApp()
    const route = { method: 'post', path: '/guarded/{n}', request: { body }, responses } as const
    app.openapi(createRoute({ ...route, middleware: [guard()] as const }), (c) => c.json(c.req.valid('json')))
    app.openapi(createRoute({ ...route, path: '/open/{n}', middleware: open }), (c) => c.json({ ok: true }))
    app.openapi(
      createRoute({ method: 'get', path: '/public', middleware: [open] as const, responses }),
      (c) => c.json({}, 200, { 'Cache-Control': 'public, max-age=60' }),
    )
    return app
  }

  it('is kept by no cache, unless it says so', async () => {
    const app = jsonApp()
    const authorization = `Bearer ${issuer.sign({ sub: 'ana' })}`
    const answer = await app.request('/guarded/1', {
      method: 'POST',
      body: '{"a":"b"}',
      headers: { 'Content-Type': 'application/json', authorization },
    })
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect((await app.request('/public')).headers.get('Cache-Control')).toBe('public, max-age=60')
  })

  it('does not read the body of a stranger, who learns nothing about it', async () => {
    const pulled: unknown[] = []
    const body = new ReadableStream({ pull: (each) => void pulled.push(each) }, { highWaterMark: 0 })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'Content-Type': 'text/plain' } }
    const answer = await jsonApp().request('/guarded/1', init as RequestInit)
    expect([answer.status, pulled.length]).toEqual([401, 0])
  })

  it('that is open looks at the body at once', async () => {
    const answer = await jsonApp().request('/open/1', { method: 'POST', body: 'no JSON' })
    expect(answer.status).toBe(415)
  })

  it('that could read a body of any size is refused at start', () => {
    const app = jsonApp()
    expect(() => requireBodyRules(app)).not.toThrow()
    app.put('/unbounded', open, (c) => c.text('here'))
    expect(() => requireBodyRules(app)).toThrow('PUT /unbounded has no rules for its body')
  })
})

describe('a form route', () => {
  const app = newApp()
  app.openapi(
    createRoute({ method: 'post', path: '/token', middleware: form(open), responses }),
    async (c) => {
      const fields = new URLSearchParams(await c.req.text())
      if (fields.has('slow')) throw new TooManyAttempts(5_000)
      if (fields.has('broken')) throw new Error('secret')
      if (fields.has('bad')) throw new InvalidInput([{ field: 'x', code: 'x', detail: 'Not "\u00e9".' }])
      return c.json(Object.fromEntries(fields))
    },
  )
  const post = (body: string, headers: Record<string, string> = formType) =>
    app.request('/token', { method: 'POST', body, headers })

  it('reads a form', async () => {
    const answer = await post('a=b')
    expect([answer.status, await answer.json()]).toEqual([200, { a: 'b' }])
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it.each([
    ['JSON', '{"a":"b"}', { 'Content-Type': 'application/json' }, 415, 'invalid_request'],
    ['too much', 'x'.repeat(70_000), formType, 413, 'invalid_request'],
    ['too many', 'slow=1', formType, 429, 'invalid_request'],
    ['bad input', 'bad=1', formType, 422, 'invalid_request'],
    ['a fault of the server', 'broken=1', formType, 500, 'server_error'],
  ])('refuses %s as RFC 6749 says, with the problem beside it', async (_, body, headers, status, error) => {
    const answer = await post(body, headers as Record<string, string>)
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, 'application/json'])
    const told = (await answer.json()) as Record<string, string>
    expect(told).toMatchObject({ error, status, request_id: answer.headers.get('X-Request-Id') })
    expect(told['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    expect(JSON.stringify(told)).not.toContain('secret')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Retry-After')).toBe(status === 429 ? '5' : null)
  })
})

describe('a page', () => {
  const app = newApp()
  app.get('/', ...page({ policy }, guard.optional('a test')), (c) => c.html('<p>yours'))
  app.get('/about', ...page({ policy, cacheControl: 'public, max-age=60' }, open), (c) => c.html('<p>ours'))
  app.get('/account', ...page({ policy, cacheControl: 'public' }, guard()), (c) => c.html('<p>yours'))
  app.get('/bad', ...page({ policy }, open), () => {
    throw new InvalidInput([{ field: 'x', code: 'x', detail: '<script>alert("1")</script>' }])
  })

  it('has its own policy, and is kept by no cache unless it is the same for everyone', async () => {
    const [mine, ours] = [await app.request('/'), await app.request('/about')]
    expect(mine.headers.get('Content-Security-Policy')).toBe(policy)
    expect(mine.headers.get('Cache-Control')).toBe('no-store')
    expect(ours.headers.get('Cache-Control')).toBe('public, max-age=60')
  })

  it.each([
    ['/bad', 422, 'Unprocessable content'],
    ['/account', 401, 'Unauthorized'],
  ])(
    'shows a person the error of %s as a page that runs nothing and is kept nowhere',
    async (path, status, title) => {
      const answer = await app.request(path, { headers: browser })
      const text = await answer.text()
      expect([answer.status, answer.headers.get('Content-Type')]).toEqual([
        status,
        'text/html; charset=UTF-8',
      ])
      expect(answer.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; base-uri 'none'/)
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(answer.headers.get('Vary')).toContain('Accept')
      expect(answer.headers.get('WWW-Authenticate') !== null).toBe(status === 401)
      expect(text).toContain(`<h1>${title}</h1>`)
      expect(text).toContain(answer.headers.get('X-Request-Id'))
      expect(text).not.toContain('<script')
    },
  )

  it('shows a program a problem document', async () => {
    const answer = await app.request('/bad', { headers: { Accept: 'application/json' } })
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([422, 'application/problem+json'])
    expect(answer.headers.get('Vary')).toContain('Accept')
  })
})

describe('a redirect', () => {
  const lines: string[] = []
  const app = newApp(lines)
  app.post('/go', ...redirect(['/account'], open), async (c) => {
    const fields = new URLSearchParams(await c.req.text())
    c.header('Cache-Control', 'public')
    c.header('Set-Cookie', 'session=1')
    const status = fields.get('status') === '302' ? 302 : 303
    if (fields.has('body')) return c.body('here', 303, { Location: '/account' })
    return c.redirect(fields.get('to') ?? '', status)
  })
  app.post('/guarded', ...redirect(['/account'], guard()), (c) => c.redirect('/account', 303))
  const post = (body: string, path = '/go') =>
    app.request(path, { method: 'POST', body, headers: { ...formType, ...browser } })

  it('goes where its route lists, with 303 and no body, and is kept by no cache', async () => {
    const answer = await post('to=/account')
    expect([answer.status, answer.headers.get('Location'), await answer.text()]).toEqual([
      303,
      '/account',
      '',
    ])
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it.each([
    'to=//evil.example',
    'to=https://evil.example/account',
    'to=/account/../evil',
    'to=/account%23x',
    'to=/account%0d%0aX-Injected:1',
    'to=/%5cevil.example',
    'to=',
    'to=/account&status=302',
    'to=/account&body=1',
  ])('never goes anywhere else, or otherwise: %s', async (body) => {
    const answer = await post(body)
    expect(answer.status).toBe(500)
    for (const name of ['Location', 'Set-Cookie']) expect(answer.headers.get(name), name).toBeNull()
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it('shows a person its refusals as pages', async () => {
    for (const [path, body, status] of [
      ['/guarded', '', 401],
      ['/go', 'x'.repeat(70_000), 413],
    ] as const) {
      const answer = await post(body, path)
      expect([answer.status, answer.headers.get('Content-Type')]).toEqual([
        status,
        'text/html; charset=UTF-8',
      ])
    }
  })
})
