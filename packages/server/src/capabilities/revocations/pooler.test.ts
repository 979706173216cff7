import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { asUnavailable, DatabaseBusy, DatabaseUnavailable } from '../../platform/db/errors.ts'
import { outsideTransaction } from '../../platform/db/nesting.ts'
import { type OpenDatabase, type OpenOptions, openDatabase } from '../../platform/db/open.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type ApiProcess, startApi } from '../../testing/api-process.ts'
import { type Balancer, startBalancer } from '../../testing/balancer.ts'
import { testContext } from '../../testing/context.ts'
import { newPostgresDatabase } from '../../testing/databases.ts'
import { type Pooler, pgbouncer, poolerConnections, startPgBouncer } from '../../testing/pgbouncer.ts'
import { freePort, type ServerProcess, startProcess } from '../../testing/process.ts'
import { endSession } from '../sessions/index.ts'
import { revoke } from './index.ts'

interface Tokens {
  readonly token: string
  readonly refresh_token: string
}

const password = 'winterfell-blue-otter-92'
const closing: (() => Promise<unknown>)[] = []
let pooler: Pooler
let balancer: Balancer
let here: ServerProcess
let there: ServerProcess
let apis: ApiProcess[]

let addresses = 0
/** A call from an address of its own: one address may not sign up as often as these tests do. */
async function call(base: string, path: string, body?: object, token?: string): Promise<Response> {
  addresses += 1
  return fetch(`${base}${path}`, {
    method: path === '/users/me' ? 'GET' : 'POST',
    headers: {
      'X-Forwarded-For': `192.0.${Math.floor(addresses / 250)}.${addresses % 250}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

async function tokens(answer: Response, status: number): Promise<Tokens> {
  const text = await answer.text()
  expect(`${answer.status} ${text}`).toMatch(new RegExp(`^${status} `))
  return JSON.parse(text)
}

let names = 0
async function signUp({ url }: ServerProcess): Promise<Tokens & { username: string }> {
  names += 1
  const username = `person${names}`
  return { username, ...(await tokens(await call(url, '/auth/sign-up', { username, password }), 201)) }
}

const refresh = async ({ url }: ServerProcess, { refresh_token }: Tokens) =>
  tokens(await call(url, '/auth/refresh', { refresh_token }), 200)
const statusOf = async ({ url }: ServerProcess, token: string) =>
  (await call(url, '/users/me', undefined, token)).status
const refusedAt = (server: ServerProcess, token: string) =>
  vi.waitFor(async () => expect(await statusOf(server, token)).toBe(401), { timeout: 10_000, interval: 10 })
const everywhere = (token: string) => Promise.all(apis.map((api) => api.ask(token)))
const refusedEverywhere = (token: string) =>
  Promise.all([refusedAt(there, token), ...apis.map((api) => api.refusedAt(token))])
const sidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid

async function startServer(): Promise<ServerProcess> {
  const server = await startProcess(await freePort(), {
    DATABASE_URL: pooler.url,
    GATEHOUSE_SECRET: secret,
    GATEHOUSE_ISSUER: balancer.url,
    GATEHOUSE_LIMITS: 'on',
    TRUST_PROXY: '1',
  })
  closing.push(() => server.kill('SIGKILL'))
  return server
}
const secret = randomBytes(32).toString('base64')

async function openThroughPooler(
  { poolSize = 5, ...options } = {} as OpenOptions & { poolSize?: number },
): Promise<OpenDatabase> {
  const opened = await openDatabase({ kind: 'postgres', url: pooler.url, poolSize }, options)
  closing.push(() => opened.close())
  return opened
}

describe.skipIf(pgbouncer === undefined)(
  'instances behind PgBouncer in transaction mode (skipped where pgbouncer is not installed)',
  () => {
    beforeAll(async () => {
      const databaseUrl = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
      pooler = await startPgBouncer(databaseUrl)
      closing.push(() => pooler.stop())
      balancer = await startBalancer()
      closing.push(() => balancer.close())
      // together, on an empty database: one of them migrates
      ;[here, there] = await Promise.all([startServer(), startServer()])
      balancer.use([here.url, there.url])
      apis = await Promise.all([startApi(balancer.url), startApi(balancer.url)])
      for (const api of apis) closing.push(() => api.stop())
    })

    afterAll(async () => {
      for (const close of closing.reverse()) await close()
    })

    it('refuse what another one signed out, for access and for refreshing, as do the APIs', async () => {
      const [ana, ben] = [await signUp(here), await signUp(here)]
      const again = await refresh(there, ana)
      const signedIn = await tokens(
        await call(here.url, '/auth/sign-in', { username: ben.username, password }),
        200,
      )
      expect(await everywhere(again.token)).toEqual([null, null])
      expect(await everywhere(signedIn.token)).toEqual([null, null])
      expect((await call(here.url, '/auth/sign-out', undefined, again.token)).status).toBe(204)
      expect(await statusOf(here, again.token)).toBe(401)
      await refusedEverywhere(again.token)
      expect((await call(there.url, '/auth/refresh', { refresh_token: again.refresh_token })).status).toBe(
        401,
      )
      expect(await everywhere(signedIn.token)).toEqual([null, null])
      expect(await statusOf(there, signedIn.token)).toBe(200)
    })

    it('refuse what a transaction revoked that was held open while others committed', async () => {
      const [late, quick] = [await signUp(here), await signUp(here)]
      expect(await everywhere(late.token)).toEqual([null, null])
      const { db } = await openThroughPooler()
      await inTransaction(testContext(db), async (ctx) => {
        await endSession(ctx, sidOf(late.token), 'signed_out')
        expect((await call(here.url, '/auth/sign-out', undefined, quick.token)).status).toBe(204)
        await refusedEverywhere(quick.token)
        expect(await everywhere(late.token)).toEqual([null, null])
      })
      await refusedEverywhere(late.token)
    })

    it('say that LISTEN, which is on by default, is unavailable there', async () => {
      const { db } = await openThroughPooler()
      await vi.waitFor(
        async () => {
          await revoke(testContext(db), { type: 'session-revoked', session: 'somebody' })
          for (const server of [here, there]) expect(server.log()).toContain('LISTEN unavailable')
        },
        { timeout: 30_000, interval: 200 },
      )
    })

    it('serve many at once without one error of their own', async () => {
      const round = async (server: ServerProcess, other: ServerProcess): Promise<number> => {
        const first = await signUp(server)
        const second = await refresh(other, first)
        const third = await refresh(server, second)
        return statusOf(other, third.token)
      }
      const rounds = Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? round(here, there) : round(there, here),
      )
      expect(await Promise.all(rounds)).toEqual(rounds.map(() => 200))
      for (const server of [here, there])
        expect(server.log()).not.toMatch(/"status":5\d\d|prepared statement/)
    })

    it('count attempts together', async () => {
      const { username } = await signUp(here)
      const wrong = { username, password: 'not the one that was chosen' }
      const attempt = ({ url }: ServerProcess) =>
        fetch(`${url}/auth/sign-in`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': '198.51.100.7' },
          body: JSON.stringify(wrong),
        }).then(({ status }) => status)
      // ten are free in all, whoever counts them; of the rest, two may wait on each instance
      const statuses = await Promise.all(
        Array.from({ length: 20 }, (_, i) => attempt(i % 2 === 0 ? here : there)),
      )
      expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(14)
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(6)
    })

    it('give up waiting for a lock in time, and leave no setting behind for others', async () => {
      const [{ db: holder }, { db }] = [
        await openThroughPooler(),
        await openThroughPooler({ acquireMs: 400 }),
      ]
      await sql`create table held (n bigint)`.execute(holder)
      await sql`insert into held values (0)`.execute(holder)
      await inTransaction(testContext(holder), async ({ db: trx }) => {
        await sql`update held set n = 1`.execute(trx)
        const waiting = outsideTransaction(() =>
          inTransaction(testContext(db), ({ db }) => sql`update held set n = 2`.execute(db)),
        )
        const failure: unknown = await waiting.catch((error: unknown) => error)
        expect(asUnavailable(failure)).toBeInstanceOf(DatabaseBusy)
      })
      for (let i = 0; i < 8; i++) {
        const { rows } = await sql<{ lock_timeout: string }>`show lock_timeout`.execute(db)
        expect(rows).toEqual([{ lock_timeout: '0' }])
      }
    })

    it('lose nothing that is written after the pooler had no connection to spare', async () => {
      const [{ db: others }, { db }] = [
        await openThroughPooler(),
        await openThroughPooler({ poolSize: 1, acquireMs: 200, statementMs: 300 }),
      ]
      await sql`create table written (n bigint)`.execute(db)
      const release = Promise.withResolvers<void>()
      const holding = Array.from({ length: poolerConnections }, () => {
        const held = Promise.withResolvers<void>()
        const done = inTransaction(testContext(others), async (ctx) => {
          await sql`select 1`.execute(ctx.db)
          held.resolve()
          await release.promise
        })
        return { held: held.promise, done }
      })
      await Promise.all(holding.map(({ held }) => held))
      const late = inTransaction(testContext(db), ({ db }) => sql`insert into written values (1)`.execute(db))
      expect(asUnavailable(await late.catch((error: unknown) => error))).toBeInstanceOf(DatabaseUnavailable)
      release.resolve()
      await Promise.all(holding.map(({ done }) => done))
      await sql`insert into written values (2)`.execute(db)
      expect((await sql`select n from written`.execute(others)).rows).toEqual([{ n: 2 }])
    })
  },
)
