import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openDatabase } from '../../platform/db/open.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type ApiProcess, startApi } from '../../testing/api-process.ts'
import { type Balancer, startBalancer } from '../../testing/balancer.ts'
import { testContext } from '../../testing/context.ts'
import { newPostgresDatabase } from '../../testing/databases.ts'
import { freePort, type ServerProcess, startProcess } from '../../testing/process.ts'
import { endSession } from '../sessions/index.ts'

// Two servers on one PostgreSQL, which hear nothing of each other but by looking, and four APIs in processes of their own
const secret = randomBytes(32).toString('base64')
const closing: (() => Promise<unknown>)[] = []
let databaseUrl: string
let balancer: Balancer
let servers: ServerProcess[]
let apis: ApiProcess[]

async function startServer(): Promise<ServerProcess> {
  const server = await startProcess(await freePort(), {
    DATABASE_URL: databaseUrl,
    DATABASE_LISTEN: 'off',
    GATEHOUSE_SECRET: secret,
    GATEHOUSE_ISSUER: balancer.url,
  })
  closing.push(() => server.kill('SIGKILL'))
  return server
}

beforeAll(async () => {
  databaseUrl = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
  balancer = await startBalancer()
  closing.push(() => balancer.close())
  servers = [await startServer(), await startServer()]
  balancer.use(servers.map(({ url }) => url))
  apis = await Promise.all([45, -45, 0, 0].map((wrongBy) => startApi(balancer.url, wrongBy)))
  for (const api of apis) closing.push(() => api.stop())
})

afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

let names = 0
async function signUp(): Promise<string> {
  names += 1
  const body = JSON.stringify({ username: `person${names}`, password: 'winterfell-blue-otter-92' })
  const answer = await fetch(`${balancer.url}/auth/sign-up`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json' },
  })
  const { token }: { token?: unknown } = JSON.parse(await answer.text())
  if (typeof token !== 'string') throw new Error(`sign-up answered ${answer.status}`)
  return token
}

const signOut = (token: string) =>
  fetch(`${balancer.url}/auth/sign-out`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })
const everywhere = (token: string) => Promise.all(apis.map((api) => api.ask(token)))
const refusedEverywhere = (token: string) => Promise.all(apis.map((api) => api.refusedAt(token)))
const sidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid
const accepted = [null, null, null, null]
const revoked = Array.from({ length: 4 }, () => 'token_revoked')

it('refuses in every process what one of them signed out, with clocks 45 s wrong, and asks nobody about a request', async () => {
  const [token, other] = [await signUp(), await signUp()]
  expect(await everywhere(token)).toEqual(accepted)
  expect(await everywhere(other)).toEqual(accepted)
  const before = [...balancer.counts.values()].reduce((sum, count) => sum + count, 0)
  for (let i = 0; i < 25; i++) await everywhere(other)
  expect([...balancer.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(before)
  expect((await signOut(token)).status).toBe(204)
  await refusedEverywhere(token)
  expect(await everywhere(token)).toEqual(revoked)
  expect(await everywhere(other)).toEqual(accepted)
})

it('refuses what a transaction revoked that was held open while others committed', async () => {
  const [late, quick] = [await signUp(), await signUp()]
  expect(await everywhere(late)).toEqual(accepted)
  const { db, close } = await openDatabase({ kind: 'postgres', url: databaseUrl, poolSize: 2 })
  await inTransaction(testContext(db), async (ctx) => {
    await endSession(ctx, sidOf(late), 'signed_out')
    expect((await signOut(quick)).status).toBe(204)
    await refusedEverywhere(quick)
    expect(await everywhere(late)).toEqual(accepted)
  })
  await refusedEverywhere(late)
  await close()
})

it('goes on when the servers are killed and others take their place, and learns what happened meanwhile', async () => {
  const [before, meanwhile, after] = [await signUp(), await signUp(), await signUp()]
  expect(await everywhere(meanwhile)).toEqual(accepted)
  await signOut(before)
  await refusedEverywhere(before)
  for (const server of servers) await server.kill('SIGKILL')
  const { db, close } = await openDatabase({ kind: 'postgres', url: databaseUrl, poolSize: 2 })
  await endSession(testContext(db), sidOf(meanwhile), 'signed_out')
  await close()
  servers = [await startServer(), await startServer()]
  balancer.use(servers.map(({ url }) => url))
  await refusedEverywhere(meanwhile)
  expect(await everywhere(before)).toEqual(revoked)
  expect(await everywhere(after)).toEqual(accepted)
  await signOut(after)
  await refusedEverywhere(after)
})
