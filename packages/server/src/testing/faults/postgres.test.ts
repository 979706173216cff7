import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Gate, gateTo } from '../gate.ts'
import { freePort, type ServerProcess, startProcess } from '../process.ts'

const password = 'staple-horse-battery-9'
const closing: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

/** A database of its own, behind a gate. */
async function database(): Promise<{ url: string; gate: Gate }> {
  const url = new URL(inject('postgresUrl'))
  const name = `gatehouse_faults_${randomBytes(4).toString('hex')}`
  const admin = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await admin(`create database ${name}`)
  closing.push(() => admin(`drop database ${name} with (force)`))
  const gate = await gateTo(Number(url.port || 5432))
  closing.push(() => gate.close())
  const own = new URL(url)
  Object.assign(own, { hostname: '127.0.0.1', port: String(gate.port), pathname: `/${name}` })
  return { url: own.href, gate }
}

async function server(url: string): Promise<ServerProcess> {
  const started = await startProcess(await freePort(), {
    DATABASE_URL: url,
    GATEHOUSE_SECRET: 'a secret that is used in tests and nowhere else',
    LOG_LEVEL: 'info',
    GATEHOUSE_HASH_WORKERS: '1',
  })
  closing.push(() => started.kill('SIGKILL'))
  return started
}

interface Tokens {
  token: string
  refresh_token: string
}

async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Response> {
  return fetch(`${base}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function signUp(base: string, username: string): Promise<Tokens> {
  const response = await call(base, 'POST', '/auth/sign-up', { username, password })
  expect(response.status).toBe(201)
  return (await response.json()) as Tokens
}

/** Reads and signs in repeatedly until stopped; returns each response's status and `Retry-After`. */
function load(
  base: string,
  token: string,
): { statuses: Map<number, number>; withoutRetry: number[]; stop(): Promise<void> } {
  const statuses = new Map<number, number>()
  const withoutRetry: number[] = []
  let stopped = false
  const worker = async (work: () => Promise<Response>): Promise<void> => {
    while (!stopped) {
      const response = await work()
      await response.arrayBuffer()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      if (response.status === 503 && response.headers.get('Retry-After') === null)
        withoutRetry.push(response.status)
    }
  }
  const working = [
    ...Array.from({ length: 15 }, () =>
      worker(() => call(base, 'GET', '/users/me/profile', undefined, token)),
    ),
    worker(() => call(base, 'POST', '/auth/sign-in', { username: 'ana', password })),
  ]
  return {
    statuses,
    withoutRetry,
    async stop() {
      stopped = true
      await Promise.all(working)
    },
  }
}

/** Waits until the server answers a request that needs the database. */
async function untilAnswering(base: string, token: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    const response = await call(base, 'GET', '/users/me/profile', undefined, token)
    await response.arrayBuffer()
    if (response.status === 200) return
    await pause(50)
  }
  throw new Error('the server has not recovered')
}

describe('PostgreSQL in trouble, under load', () => {
  let gate: Gate
  let running: ServerProcess
  let tokens: Tokens

  beforeAll(async () => {
    const made = await database()
    gate = made.gate
    running = await server(made.url)
    tokens = await signUp(running.url, 'ana')
  })

  it('that restarts: answers 503 with Retry-After in the meantime, and recovers without a restart of the server', async () => {
    const working = load(running.url, tokens.token)
    await pause(300)
    gate.refuse()
    await pause(1500)
    gate.open()
    await untilAnswering(running.url, tokens.token)
    await working.stop()
    expect([...working.statuses.keys()].filter((status) => ![200, 503].includes(status))).toEqual([])
    expect(working.statuses.get(503)).toBeGreaterThan(0)
    expect(working.withoutRetry).toEqual([])
  }, 60_000)

  it('that is unreachable for 10 s: the same, and the pool recovers completely', async () => {
    const working = load(running.url, tokens.token)
    await pause(300)
    gate.swallow()
    await pause(10_000)
    gate.open()
    await untilAnswering(running.url, tokens.token)
    await working.stop()
    expect([...working.statuses.keys()].filter((status) => ![200, 503].includes(status))).toEqual([])
    expect(working.statuses.get(503)).toBeGreaterThan(0)
    expect(working.withoutRetry).toEqual([])
    // more at once than the pool has connections: none may have leaked
    const together = await Promise.all(
      Array.from({ length: 40 }, () =>
        call(running.url, 'GET', '/users/me/profile', undefined, tokens.token),
      ),
    )
    expect(new Set(together.map(({ status }) => status))).toEqual(new Set([200]))
  }, 90_000)
})

describe('two instances on one PostgreSQL', () => {
  it('when one is killed, its clients continue with the other', async () => {
    const { url } = await database()
    // The issuer is one address for both, as behind a load balancer.
    const issuer = { GATEHOUSE_ISSUER: 'http://localhost:3000' }
    const env = {
      DATABASE_URL: url,
      GATEHOUSE_SECRET: 'a secret that is used in tests and nowhere else',
      LOG_LEVEL: 'error',
      ...issuer,
    }
    const [one, two] = await Promise.all([
      startProcess(await freePort(), env),
      startProcess(await freePort(), env),
    ])
    try {
      const tokens = await signUp(one.url, 'ben')
      await one.kill('SIGKILL')
      expect((await call(two.url, 'GET', '/users/me', undefined, tokens.token)).status).toBe(200)
      const refreshed = await call(two.url, 'POST', '/auth/refresh', { refresh_token: tokens.refresh_token })
      expect(refreshed.status).toBe(200)
      const fresh = (await refreshed.json()) as Tokens
      expect((await call(two.url, 'POST', '/auth/sign-out', undefined, fresh.token)).status).toBe(204)
      expect((await call(two.url, 'GET', '/users/me', undefined, fresh.token)).status).toBe(401)
    } finally {
      await Promise.all([one.kill('SIGKILL'), two.kill('SIGKILL')])
    }
  }, 60_000)
})
