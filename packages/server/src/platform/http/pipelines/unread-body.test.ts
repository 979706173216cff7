import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createGuard } from '@gatehouse/guard/hono'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { createRoute } from '@hono/zod-openapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loggerTo } from '../../log.ts'
import { noMetrics } from '../../metrics.ts'
import { newApi } from '../api.ts'
import { type Listening, listen } from '../listen.ts'
import { surround } from '../surround.ts'

const issuer = createTestIssuer({ audience: 'api' })
const guard = createGuard({ issuer: issuer.issuer, audience: 'api', jwks: issuer.jwks() })
let reached: string[] = []
let listening: Listening
beforeAll(async () => {
  const app = newApi()
  const log = loggerTo('silent', { write: () => undefined })
  surround(app, { log, metrics: noMetrics, trustProxy: 0, corsOrigins: [] })
  const responses = { 200: { description: 'done' } }
  app.openapi(
    createRoute({ method: 'post', path: '/things', middleware: [guard()] as const, responses }),
    (c) => {
      reached.push('things')
      return c.json({}, 200)
    },
  )
  for (const path of ['/next', '/smuggled'])
    app.get(path, guard.open('a test'), (c) => {
      reached.push(path)
      return c.text('here')
    })
  listening = await listen(app.fetch, '127.0.0.1', 0)
})
afterAll(() => listening.close())

/** 10 MB of requests: where the rest of a body is taken for what follows it, they are answered. */
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
const megabytes = Buffer.from(smuggled.repeat(Math.ceil(10_000_000 / smuggled.length)))
const chunk = Buffer.concat([
  Buffer.from(`${megabytes.length.toString(16)}\r\n`),
  megabytes,
  Buffer.from('\r\n0\r\n\r\n'),
])

interface Conversation {
  readonly socket: Socket
  /** The statuses of the answers so far. */
  statuses(): number[]
  /** Until there are so many answers, or the connection is closed. */
  answers(count: number): Promise<void>
}

async function converse(): Promise<Conversation> {
  const socket = connect(listening.port, '127.0.0.1')
  // a server that has heard enough may close while the rest is on its way
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  let text = ''
  const heard = new Set<() => void>()
  const tell = () => {
    for (const check of heard) check()
  }
  socket.on('data', (data) => {
    text += data.toString('latin1')
    tell()
  })
  socket.on('close', tell)
  const statuses = (): number[] =>
    [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
  const answers = (count: number): Promise<void> =>
    new Promise<void>((resolve) => {
      const check = (): void => {
        if (statuses().length < count && !socket.destroyed) return
        heard.delete(check)
        resolve()
      }
      heard.add(check)
      check()
    })
  return { socket, statuses, answers }
}

describe.each([
  ['whose length is declared', `Content-Length: ${megabytes.length}`, megabytes],
  ['in chunks', 'Transfer-Encoding: chunked', chunk],
] as const)('a body of 10 MB, %s', (_, framing, body) => {
  const head = (authorization: string) =>
    `POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${authorization}${framing}\r\n\r\n`

  it.each([
    ['a stranger', (): string => '', 401],
    [
      'a forger',
      (): string => `Authorization: Bearer ${issuer.sign({ sub: 'ana' }).slice(0, -4)}AAAA\r\n`,
      401,
    ],
  ] as const)(
    'of %s is refused before any of it came, and is never taken for requests',
    async (_, header, status) => {
      reached = []
      const { socket, statuses, answers } = await converse()
      socket.write(head(header()))
      await answers(1)
      expect(statuses()).toEqual([status])
      socket.write(body)
      socket.write('GET /next HTTP/1.1\r\nHost: a\r\n\r\n')
      await answers(2)
      // kept alive, or closed cleanly
      expect([[status], [status, 200]]).toContainEqual(statuses())
      expect(reached).toEqual(statuses().length === 2 ? ['/next'] : [])
      socket.destroy()
    },
  )

  it('of an allowed caller is a 413, and is never taken for requests', async () => {
    reached = []
    const { socket, statuses, answers } = await converse()
    socket.write(head(`Authorization: Bearer ${issuer.sign({ sub: 'ana' })}\r\n`))
    socket.write(body)
    await answers(1)
    expect(statuses()).toEqual([413])
    expect(reached).toEqual([])
    socket.destroy()
  })
})

it('a small body that was not read does not cost the connection', async () => {
  reached = []
  const { socket, statuses, answers } = await converse()
  for (const count of [1, 2, 3]) {
    socket.write('POST /things HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}')
    await answers(count)
  }
  socket.write('GET /next HTTP/1.1\r\nHost: a\r\n\r\n')
  await answers(4)
  expect(statuses()).toEqual([401, 401, 401, 200])
  socket.destroy()
})
