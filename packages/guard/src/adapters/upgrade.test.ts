import { createServer, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard, currentUser, role, type UpgradeHandler } from './node/index.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

const issuer = createTestIssuer({ audience: 'lounge' })
const revoked = new Set<string>()

async function serve(): Promise<number> {
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: 'lounge',
    jwks: issuer.jwks(),
    revocation: { standing: ({ sid }) => (revoked.has(String(sid)) ? 'revoked' : 'good'), close: () => {} },
  })
  const sockets = new WebSocketServer({ noServer: true })
  server = createServer()
  server.on(
    'upgrade',
    guard.upgrade(role('member'))((request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (ws) => ws.send(currentUser().id))
    }),
  )
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function serveUpgrades(handler: UpgradeHandler): Promise<{ port: number; errors: string[] }> {
  const errors: string[] = []
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: 'lounge',
    jwks: issuer.jwks(),
    onError: (_error, what) => errors.push(what),
  })
  server = createServer()
  server.on('upgrade', guard.upgrade(role('member'))(handler))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, errors }
}

interface Outcome {
  status?: number | undefined
  challenge?: string | undefined
  greeting?: string
  closed?: true
}

function connect(port: number, token: string | undefined, greeted: () => void = () => {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers })
    const outcome: Outcome = {}
    socket.on('unexpected-response', (_request, { statusCode, headers: fields }) => {
      resolve({ status: statusCode, challenge: fields['www-authenticate'] })
      socket.terminate()
    })
    socket.on('message', (data) => {
      outcome.greeting = String(data)
      greeted()
    })
    socket.on('close', () => resolve({ ...outcome, closed: true }))
    socket.on('error', (error) => (outcome.greeting === undefined ? reject(error) : undefined))
  })
}

test('an upgrade is refused as any request is', async () => {
  const port = await serve()
  expect(await connect(port, undefined)).toEqual({ status: 401, challenge: 'Bearer realm="lounge"' })
  expect(await connect(port, issuer.sign({ roles: [] }))).toMatchObject({ status: 403 })
})

test('a socket opens for who meets the rule, and closes when the token is revoked', async () => {
  const port = await serve()
  const token = issuer.sign({ sub: 'ada', sid: 's1', roles: ['member'] })
  expect(await connect(port, token, () => revoked.add('s1'))).toEqual({ greeting: 'ada', closed: true })
})

const failing: Readonly<Record<string, UpgradeHandler>> = {
  'throws before it wrote': () => {
    throw new Error('hunter2')
  },
  'rejects before it wrote': async () => {
    await new Promise((resolve) => setImmediate(resolve))
    throw new Error('hunter2')
  },
}

test.each(Object.entries(failing))(
  'a handler that %s is a 500, and the process lives',
  async (_name, handler) => {
    const { port, errors } = await serveUpgrades(handler)
    const token = issuer.sign({ roles: ['member'] })
    expect(await connect(port, token)).toMatchObject({ status: 500 })
    expect(errors).toEqual(['a handler failed'])
    expect(await connect(port, undefined)).toMatchObject({ status: 401 })
  },
)

test('a handler that fails after it wrote has its connection cut, and the process lives', async () => {
  const { port, errors } = await serveUpgrades((_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    throw new Error('hunter2')
  })
  const headers = {
    Authorization: `Bearer ${issuer.sign({ roles: ['member'] })}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
  }
  const closed = new Promise<string>((resolve, reject) => {
    const sent = send({ port, host: '127.0.0.1', headers })
    sent.on('upgrade', (_response, socket) => socket.once('close', () => resolve('closed')).resume())
    sent.on('error', reject)
    sent.end()
  })
  expect(await closed).toBe('closed')
  expect(errors).toEqual(['a handler failed'])
})

test.each(['OPTIONS', 'HEAD', 'TRACE', 'POST'])(
  'no upgrade by %s, with the headers of a preflight or without, reaches a handler',
  async (method) => {
    let ran = 0
    const { port } = await serveUpgrades(() => ran++)
    const asking = { Origin: 'https://app.test', 'Access-Control-Request-Method': 'GET' }
    for (const more of [{}, asking, { ...asking, Authorization: 'Bearer x.y.z' }]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { Connection: 'Upgrade', Upgrade: 'websocket', ...more }
        const sent = send({ port, host: '127.0.0.1', method, headers, agent: false })
        sent.on('response', (response) => resolve(response.resume().statusCode))
        sent.on('upgrade', () => resolve(101))
        sent.on('error', reject)
        sent.end()
      })
      expect(status).toBe(method === 'OPTIONS' && 'Origin' in more ? 204 : 401)
    }
    expect(ran).toBe(0)
  },
)
