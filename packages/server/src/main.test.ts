import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { listEvents } from './capabilities/audit/index.ts'
import { type RunningGatehouse, startGatehouse } from './main.ts'
import { loggerTo } from './platform/log.ts'
import { testConfig, testContext } from './testing/context.ts'
import { describeEachDatabase, type TestDatabase } from './testing/databases.ts'
import { heldTimer } from './testing/held-time.ts'

const silent = loggerTo('silent', undefined)
const start = ({ config }: TestDatabase, more: { metricsPort?: number } = {}): Promise<RunningGatehouse> =>
  startGatehouse(testConfig({ database: config, ...more }), { log: silent })

function occupy(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      resolve({ server, port: (server.address() as AddressInfo).port })
    })
  })
}

async function post(url: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

describeEachDatabase('a server', (open) => {
  it('signs somebody up over HTTP, and stops', async () => {
    const server = await start(await open())
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    const { status, body } = await post(`${server.url}/auth/sign-up`, {
      username: 'ana',
      password: 'winterfell-blue-otter-92',
    })
    expect(status).toBe(201)
    const me = await fetch(`${server.url}/users/me`, { headers: { Authorization: `Bearer ${body.token}` } })
    expect(await me.json()).toMatchObject({ username: 'ana' })
    await server.close()
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
  })

  it('writes down the failures that it counted before it stops', async () => {
    const database = await open()
    const server = await start(database)
    const guess = { username: 'nobody', password: 'a guess' }
    expect((await post(`${server.url}/auth/sign-in`, guess)).status).toBe(401)
    await server.close()
    const { items } = await listEvents(testContext(database.db), { limit: 10 }, { action: 'sign_in.failed' })
    expect(items).toMatchObject([{ actor: 'anonymous', target: null, address: '127.0.0.1', count: 1 }])
  })

  it('lets go of sign-ins that wait: at once when their client leaves, and all when it stops', async () => {
    const { config: database } = await open()
    const server = await startGatehouse(testConfig({ database, limits: true }), {
      log: silent,
      timer: heldTimer(),
    })
    const guess = (signal?: AbortSignal): Promise<Response> =>
      fetch(`${server.url}/auth/sign-in`, {
        method: 'POST',
        body: JSON.stringify({ username: 'ana', password: 'wrong' }),
        headers: { 'Content-Type': 'application/json' },
        ...(signal && { signal }),
      })
    const { waitingRoom } = server.ctx
    const untilWaiting = async (count: number): Promise<void> => {
      while (waitingRoom.waiting !== count) await new Promise((resolve) => setImmediate(resolve))
    }
    for (let i = 0; i < 10; i += 1) expect((await guess()).status).toBe(401)
    const leaving = new AbortController()
    const left = guess(leaving.signal)
    await untilWaiting(1)
    leaving.abort()
    await expect(left).rejects.toThrow()
    await untilWaiting(0)
    const waiting = guess()
    await untilWaiting(1)
    await server.close()
    expect((await waiting).status).toBe(503)
  })

  it('comes up twice at once, with one set of keys', async () => {
    const database = await open()
    const [one, two] = await Promise.all([start(database), start(database)])
    const keysOf = async ({ url }: RunningGatehouse): Promise<unknown> =>
      (await fetch(`${url}/.well-known/jwks.json`)).json()
    const keys = await keysOf(one)
    expect(keys).toEqual(await keysOf(two))
    expect(keys).toMatchObject({ keys: [expect.anything()] })
    await Promise.all([one.close(), two.close()])
  })

  it('shows metrics on a listener of their own, and not on the server’s', async () => {
    const { server: probe, port } = await occupy()
    await new Promise((resolve) => probe.close(resolve))
    const server = await start(await open(), { metricsPort: port })
    await fetch(`${server.url}/healthz`)
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(text).toContain('route="/healthz",status="200"')
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404)
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(404)
    await server.close()
  })

  it('leaves nothing behind when it cannot start', async () => {
    const { server: occupant, port } = await occupy()
    const database = await open()
    await expect(start(database, { metricsPort: port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await new Promise((resolve) => occupant.close(resolve))
    const server = await start(database, { metricsPort: port })
    await server.close()
  })
})
