import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../errors.ts'
import { loggerTo } from '../log.ts'
import { createMetrics } from '../prometheus.ts'
import { newApi } from './api.ts'
import { maxBodyBytes } from './pipelines/body.ts'
import type { ProblemBody } from './render.ts'
import { type SurroundOptions, surround } from './surround.ts'
import type { HttpEnv } from './variables.ts'

interface Tried {
  app: OpenAPIHono<HttpEnv>
  lines: string[]
  metrics: ReturnType<typeof createMetrics>
  /** What reached the route. */
  reached: unknown[]
}

function tryOut(config: Partial<SurroundOptions> = {}): Tried {
  const lines: string[] = []
  const reached: unknown[] = []
  const metrics = createMetrics()
  const log = loggerTo('info', { write: (line) => void lines.push(line) })
  const app = newApi()
  surround(app, { log, metrics, trustProxy: 0, corsOrigins: [], ...config })
  const body = z.strictObject({ name: z.string().max(200), tags: z.array(z.string()).optional() })
  app.openapi(
    createRoute({
      method: 'post',
      path: '/things/{id}',
      request: {
        params: z.object({ id: z.string() }),
        body: { required: true, content: { 'application/json': { schema: body } } },
      },
      responses: { 200: { description: 'done' } },
    }),
    (c) => {
      reached.push(c.req.valid('json'))
      return c.json({ from: c.get('clientAddress') })
    },
  )
  app.get('/things/:id', (c) => c.text('here'))
  app.get('/broken', () => {
    throw new Error('password=hunter2 at db.internal')
  })
  app.get('/busy', () => {
    throw new Unavailable('Come back later.', 7_000)
  })
  return { app, lines, metrics, reached }
}

const post = (app: Tried['app'], body: string | Buffer | undefined, headers: Record<string, string> = {}) =>
  app.request('/things/1', {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    headers: { 'Content-Type': 'application/json', ...headers },
  })

describe('errors', () => {
  it('hides the text of whatever was not meant for callers, and logs it under the request’s id', async () => {
    const { app, lines } = tryOut()
    const response = await app.request('/broken')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('hunter2')
    const { request_id } = JSON.parse(text)
    expect(request_id).toBe(response.headers.get('X-Request-Id'))
    const logged = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 50)
    expect(logged).toMatchObject({ request_id, err: { message: 'password=hunter2 at db.internal' } })
  })

  it('are problem documents with the short `err` beside, never cached', async () => {
    const { app } = tryOut()
    const response = await app.request('/busy')
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('7')
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      type: 'urn:gatehouse:problem:unavailable',
      title: 'Service unavailable',
      status: 503,
      detail: 'Come back later.',
      err: 'Come back later.',
      code: 'unavailable',
      request_id: response.headers.get('X-Request-Id'),
    })
  })

  it('answers an unknown path with 404, whatever the body is', async () => {
    const { app } = tryOut()
    const response = await app.request('/nowhere', { method: 'POST', body: 'not json' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'route_not_found' })
  })

  it('answers a wrong method with 405 and the methods that there are', async () => {
    const { app } = tryOut()
    const response = await app.request('/things/1', { method: 'DELETE' })
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST'])
  })

  it('answers HEAD where GET is answered', async () => {
    expect((await tryOut().app.request('/things/1', { method: 'HEAD' })).status).toBe(200)
  })
})

describe('a body', () => {
  it('reaches the route when it is right', async () => {
    const { app, reached } = tryOut()
    expect((await post(app, '{"name":"a","name":"b"}')).status).toBe(200)
    expect(reached).toEqual([{ name: 'b' }])
  })

  const nested = (levels: number): string => `{"name":${'['.repeat(levels)}${']'.repeat(levels)}}`
  const large = JSON.stringify({ name: 'x'.repeat(maxBodyBytes) })
  it.each([
    ['that is too large', large, {}, 413, undefined],
    ['that says it is larger than it is', '{}', { 'Content-Length': '999999' }, 413, undefined],
    ['that is a form', 'name=a', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, undefined],
    ['that is nothing', undefined, {}, 400, undefined],
    ['that is nothing, of no type', undefined, { 'Content-Type': '' }, 415, undefined],
    ['that is cut off', '{"name":', {}, 400, undefined],
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, undefined],
    ['that nests too deep', nested(40), {}, 400, undefined],
    ['that nests deeper than the stack', nested(15_000), {}, 400, undefined],
    ['that lacks a field', '{}', {}, 422, ['name']],
    ['that has an unknown field', '{"name":"a","nmae":"b"}', {}, 422, ['nmae']],
    ['with a wrong type deep inside', '{"name":"a","tags":["b",1]}', {}, 422, ['tags.1']],
    ['that is an array', '[]', {}, 422, ['body']],
    ['with __proto__', '{"name":"a","__proto__":{"x":1}}', {}, 422, ['__proto__']],
    ['with NUL', '{"name":"a\\u0000"}', {}, 422, ['name']],
    ['with a lone surrogate', '{"name":"a","tags":["\\ud800"]}', {}, 422, ['tags.0']],
  ])('%s is refused before the route', async (_, body, headers, status, fields) => {
    const { app, reached, lines } = tryOut()
    const response = await post(app, body, headers)
    const problem = (await response.json()) as ProblemBody
    expect(response.status).toBe(status)
    expect(problem.errors?.map(({ field }) => field)).toEqual(fields)
    expect(reached).toEqual([])
    expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })

  it('of a length that nobody declared is counted while it is read', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1024
        controller.enqueue(new Uint8Array(1024).fill(0x20))
      },
    })
    const { app } = tryOut()
    const response = await app.request('/things/1', {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: { 'Content-Type': 'application/json' },
    } as RequestInit)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(maxBodyBytes + 8 * 1024)
  })
})

describe('the caller', () => {
  it('gets an id for each request, a proxy’s only where proxies are trusted', async () => {
    const headers = { 'X-Request-Id': 'from-the-proxy' }
    expect((await tryOut().app.request('/busy', { headers })).headers.get('X-Request-Id')).not.toBe(
      'from-the-proxy',
    )
    const { app } = tryOut({ trustProxy: 1 })
    expect((await app.request('/busy', { headers })).headers.get('X-Request-Id')).toBe('from-the-proxy')
    const sneaky = { 'X-Request-Id': 'x"} injected' }
    expect((await app.request('/busy', { headers: sneaky })).headers.get('X-Request-Id')).toMatch(
      /^[\w-]{36}$/,
    )
  })

  it('may read answers from a page of a listed origin, and of no other', async () => {
    const { app } = tryOut({ corsOrigins: ['https://app.example.com'] })
    const from = async (origin: string): Promise<string | null> =>
      (await app.request('/busy', { headers: { Origin: origin } })).headers.get('Access-Control-Allow-Origin')
    expect(await from('https://app.example.com')).toBe('https://app.example.com')
    expect(await from('https://evil.example.com')).toBeNull()
    expect(await from('null')).toBeNull()
  })

  it('may ask first, from a listed origin', async () => {
    const { app } = tryOut({ corsOrigins: ['https://app.example.com'] })
    const response = await app.request('/things/1', {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'POST' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('Access-Control-Allow-Methods')).toContain('POST')
    expect(response.headers.get('Vary')).toContain('Origin')
  })

  it('gets answers that are never framed, sniffed or run', async () => {
    const { headers } = await tryOut().app.request('/broken')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  })
})

describe('each answer', () => {
  it('is logged and counted by its route’s pattern, never its path or query', async () => {
    const { app, lines, metrics } = tryOut()
    await app.request('/things/someone-private?token=secret')
    await app.request('/things/1', { method: 'INVENTED' })
    const [first, second] = lines.map((line) => JSON.parse(line))
    expect(first).toMatchObject({ method: 'GET', route: '/things/:id', status: 200 })
    expect(second).toMatchObject({ method: 'other', status: 405 })
    expect(lines.join()).not.toMatch(/someone-private|secret|INVENTED/)
    const text = await metrics.render()
    expect(text).toContain('method="GET",route="/things/:id",status="200"')
    expect(text).not.toMatch(/someone-private|INVENTED/)
  })
})
