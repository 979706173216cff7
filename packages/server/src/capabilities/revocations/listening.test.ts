import { sql } from 'kysely'
import { afterAll, afterEach, expect, inject, it, vi } from 'vitest'
import { migrations } from '../../capabilities.ts'
import type { Executor } from '../../platform/db/executor.ts'
import { migrate } from '../../platform/db/migrate.ts'
import { openDatabase } from '../../platform/db/open.ts'
import { loggerTo } from '../../platform/log.ts'
import { type TestContext, testContext } from '../../testing/context.ts'
import { newPostgresDatabase } from '../../testing/databases.ts'
import { type Gate, gateTo } from '../../testing/gate.ts'
import { currentSigner, ensureKeys, publishedJwks } from '../keys/index.ts'
import { RevocationFeed, revoke } from './index.ts'

const closing: (() => Promise<unknown>)[] = []
const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of running.splice(0).reverse()) await close()
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

type Instance = TestContext & { revocations: RevocationFeed }

/** A database of its own, and a way to it for LISTEN alone that can be closed. */
async function open(): Promise<{ url: string; db: Executor; gate: Gate; gatedUrl: string }> {
  const url = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
  const { db, close } = await openDatabase({ kind: 'postgres', url, poolSize: 4 })
  running.push(close)
  await migrate(db, migrations, 0)
  const gated = new URL(url)
  const gate = await gateTo(Number(gated.port || 5432))
  running.push(() => gate.close())
  Object.assign(gated, { hostname: '127.0.0.1', port: String(gate.port) })
  return { url, db, gate, gatedUrl: gated.href }
}

/** Milliseconds after which nobody waits any more: whoever looks so seldom hears, or never knows. */
const never = 3_600_000

/** An instance that listens over `listenUrl`. */
async function instance(
  url: string,
  listenUrl: string,
  pollInterval?: number,
  more: Parameters<typeof testContext>[1] = {},
): Promise<Instance> {
  const { db, close } = await openDatabase({ kind: 'postgres', url, poolSize: 4 })
  running.push(close)
  const database = { kind: 'postgres', url: listenUrl, poolSize: 1 } as const
  const ctx = testContext(db, { config: { database, databaseListen: true }, ...more })
  await ensureKeys(ctx)
  const revocations = new RevocationFeed(ctx, {
    signer: () => currentSigner(ctx, 'feed'),
    keys: () => publishedJwks(ctx, 'feed'),
    ...(pollInterval === undefined ? {} : { pollInterval }),
  })
  await revocations.start()
  running.push(() => revocations.close())
  return { ...ctx, instance: { ...ctx.instance, revocations }, revocations }
}

/** Connections of this database that have said LISTEN and wait. */
async function listeners(db: Executor): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database()
      and application_name = 'gatehouse listener' and state = 'idle' and query like 'listen %'`.execute(db)
  return rows.map(({ pid }) => pid)
}

const patience = { timeout: 10_000, interval: 10 }
const untilListening = (db: Executor, count: number, not: readonly number[] = []) =>
  vi.waitFor(async () => {
    const pids = await listeners(db)
    expect(pids.filter((pid) => !not.includes(pid))).toHaveLength(count)
  }, patience)
const endSession = (ctx: TestContext, session: string) => revoke(ctx, { type: 'session-revoked', session })
const isRevoked = ({ revocations }: Instance, sid: string) => revocations.isRevoked({ sid }, undefined)
const knows = (instance: Instance, sid: string) =>
  vi.waitFor(() => expect(isRevoked(instance, sid)).toBe(true), patience)

it('hears of what another instance revoked without looking for it', async () => {
  const { url, db } = await open()
  const said: string[] = []
  const log = loggerTo('info', { write: (line) => void said.push(line) })
  const other = await instance(url, url, never, { log })
  await untilListening(db, 1)
  for (let i = 0; i < 10; i++) {
    await endSession(testContext(db), `s${i}`)
    await knows(other, `s${i}`)
  }
  expect(isRevoked(other, 's10')).toBe(false)
  expect(said).toEqual([])
})

it('listens again when the database ended its connection', async () => {
  const { url, db } = await open()
  const other = await instance(url, url, never)
  await untilListening(db, 1)
  const ended = await listeners(db)
  await sql`select pg_terminate_backend(pid) from unnest(${ended}::int[]) as pid`.execute(db)
  await untilListening(db, 1, ended)
  for (const sid of ['a', 'b', 'c']) {
    await endSession(testContext(db), sid)
    await knows(other, sid)
  }
})

it('knows by looking while nothing can be listened to, and afterwards hears of what it missed', async () => {
  const { url, db, gate, gatedUrl } = await open()
  const [looking, hearing] = [await instance(url, gatedUrl), await instance(url, gatedUrl, never)]
  await untilListening(db, 2)
  gate.refuse()
  await untilListening(db, 0)
  await endSession(testContext(db), 'missed')
  await knows(looking, 'missed')
  expect(looking.revocations.isCurrent).toBe(true)
  expect(isRevoked(hearing, 'missed')).toBe(false)
  gate.open()
  await untilListening(db, 2)
  await knows(hearing, 'missed')
  await endSession(testContext(db), 'heard')
  await knows(hearing, 'heard')
})
