import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard, currentUser, role } from './node/index.ts'

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
