import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard as createNodeGuard, type GuardedHandler, type Listener } from './node/index.ts'
import { listening, type Running } from './testing/app.ts'
import { type Answered, call } from './testing/call.ts'
import { createGuard as createWebGuard, type Handler } from './web/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const errors: string[] = []
const options = {
  issuer: issuer.issuer,
  audience: 'lounge',
  jwks: issuer.jwks(),
  onError: (error: unknown, what: string) => errors.push(`${what}: ${String(error)}`),
}

let running: Running | undefined
afterEach(async () => {
  await running?.close()
  errors.length = 0
})

async function serve(listener: Listener, end: () => void): Promise<number> {
  running = await listening(createServer(listener), end)
  return running.port
}

const signed = () => ({ headers: [['Authorization', `Bearer ${issuer.sign({ sub: 'ada' })}`]] }) as const

const secret = 'postgres://ada:hunter2@db'

function expectProblem({ status, headers, body, text }: Answered): void {
  expect(status).toBe(500)
  expect(headers['content-type']).toBe('application/problem+json')
  expect(headers['cache-control']).toBe('no-store')
  expect(body).toEqual({
    type: 'urn:gatehouse:problem:internal_error',
    title: 'Internal server error',
    status: 500,
    detail: 'Something went wrong.',
    err: 'Something went wrong.',
    code: 'internal_error',
  })
  expect(JSON.stringify([headers, text])).not.toContain('hunter2')
}

const failing: Readonly<Record<string, GuardedHandler<IncomingMessage>>> = {
  'throws at once': () => {
    throw new Error(secret)
  },
  'throws what is no error': () => {
    throw secret
  },
  'rejects at once': () => Promise.reject(new Error(secret)),
  'rejects later': async (request) => {
    for await (const _chunk of request) void _chunk
    await new Promise((resolve) => setImmediate(resolve))
    throw new Error(secret)
  },
  'rejects with a promise that is none of ours': () => {
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library is nothing but this
    return { then: (_: unknown, reject: (error: Error) => void) => reject(new Error(secret)) }
  },
  'has set headers for a body that never comes': (_request, response) => {
    response.setHeader('Content-Type', 'image/png')
    response.setHeader('Content-Length', 100_000)
    response.setHeader('Content-Encoding', 'gzip')
    response.setHeader('ETag', '"1"')
    response.statusMessage = secret
    throw new Error(secret)
  },
}

describe('under node:http, a handler that', () => {
  test.each(Object.entries(failing))('%s is a 500, and the process lives', async (_name, handler) => {
    for (const kind of ['guard', 'stream', 'open', 'optional'] as const) {
      const guard = createNodeGuard(options)
      const wrapped: Record<typeof kind, Listener> = {
        guard: guard()(handler),
        stream: guard.stream()(handler),
        open: guard.open('a probe')(handler),
        optional: guard.optional('strangers see posts')(handler),
      }
      const port = await serve(wrapped[kind], () => guard.close())
      expectProblem(await call(port, '/', signed()))
      expectProblem(await call(port, '/', { ...signed(), method: 'POST', body: '{}' }))
      const head = await call(port, '/', { ...signed(), method: 'HEAD' })
      expect(head).toMatchObject({ status: 500, text: '' })
      expect(errors).toHaveLength(3)
      expect(errors[0]).toMatch(/^a handler failed: .*hunter2/)
      await running?.close()
      errors.length = 0
    }
  })

  test.each<[string, (response: ServerResponse) => unknown]>([
    [
      'throws',
      () => {
        throw new Error(secret)
      },
    ],
    ['rejects', () => Promise.reject(new Error(secret))],
  ])('%s after its answer began has the connection cut, and may write on', async (_name, fail) => {
    const guard = createNodeGuard(options)
    let wrote: (error: unknown) => void = () => {}
    const writtenOn = new Promise((resolve) => {
      wrote = resolve
    })
    const handler: GuardedHandler = (_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('half')
      response.once('close', () => response.write('more', wrote))
      return fail(response)
    }
    const port = await serve(guard()(handler), () => guard.close())
    await expect(call(port, '/', signed())).rejects.toThrow(/aborted|hang up|ECONNRESET/)
    expect(await writtenOn).toMatchObject({ code: expect.stringMatching(/^ERR_STREAM_/) })
    expect(errors).toHaveLength(1)
    await expect(call(port, '/')).resolves.toMatchObject({ status: 401 })
  })

  test('rejects after its answer ended changes nothing', async () => {
    const guard = createNodeGuard(options)
    const handler: GuardedHandler = async (_request, response) => {
      response.end('done')
      throw new Error(secret)
    }
    const port = await serve(guard()(handler), () => guard.close())
    expect(await call(port, '/', signed())).toMatchObject({ status: 200, text: 'done' })
    await vi.waitFor(() => expect(errors).toHaveLength(1))
  })

  test('reads the caller on an open route fails alone', async () => {
    const guard = createNodeGuard(options)
    // what JavaScript lets through; in TypeScript an open request has no `user`
    const handler = (request: object) => Reflect.get(request, 'user').username as unknown
    const port = await serve(guard.open('a probe')(handler), () => guard.close())
    expectProblem(await call(port, '/'))
    expectProblem(await call(port, '/', { method: 'OPTIONS' }))
  })

  test('fails gets the members that the application adds', async () => {
    const guard = createNodeGuard({ ...options, problem: () => ({ request_id: 'r1' }) })
    const handler: GuardedHandler = () => Promise.reject(new Error(secret))
    const port = await serve(guard()(handler), () => guard.close())
    expect(await call(port, '/', signed())).toMatchObject({
      status: 500,
      body: { code: 'internal_error', request_id: 'r1' },
    })
  })
})

describe('over web-standard requests, a handler that', () => {
  const throwing: Readonly<Record<string, () => Promise<Response>>> = {
    'throws at once': () => {
      throw new Error(secret)
    },
    'throws what is no error': () => {
      throw secret
    },
    'rejects later': async () => {
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error(secret)
    },
  }
  test.each(Object.entries(throwing))('%s is a 500, and the process lives', async (_name, handler) => {
    const guard = createWebGuard(options)
    const wrapped: Handler[] = [
      guard()(handler),
      guard.stream()(handler),
      guard.open('a probe')(handler),
      guard.optional('strangers see posts')(handler),
    ]
    for (const wrap of wrapped) {
      running = await listening(createAdaptorServer({ fetch: (request) => wrap(request) }) as never, () => {})
      expectProblem(await call(running.port, '/', signed()))
      expect(errors.splice(0)).toHaveLength(1)
      await running.close()
    }
    guard.close()
  })

  test('answers by throwing does so: a response, or what Next.js and SvelteKit catch', async () => {
    const guard = createWebGuard(options)
    const thrown = (what: unknown) =>
      guard.open('a page')(() => {
        throw what
      })(new Request('http://app.test/'))
    expect((await thrown(new Response(null, { status: 303 }))).status).toBe(303)
    const redirect = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/;307;' })
    await expect(thrown(redirect)).rejects.toBe(redirect)
    const kit = { status: 303, location: '/' }
    await expect(thrown(kit)).rejects.toBe(kit)
    expect(errors).toEqual([])
    guard.close()
  })
})

test('what something in front left on a request is no caller on an optional route', async () => {
  const guard = createNodeGuard(options)
  const seen: unknown[] = []
  const inner = guard.optional('strangers see posts')((request, response) => {
    seen.push(request.user, request.auth)
    response.end()
  })
  const port = await serve(
    (request, response) => {
      Object.assign(request, { user: { id: 'root' }, auth: { user: { id: 'root' } } })
      inner(request, response)
    },
    () => guard.close(),
  )
  await call(port, '/')
  expect(seen).toEqual([undefined, undefined])
})
