import { sql } from 'kysely'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { newPostgresDatabase } from '../../testing/databases.ts'
import { type Gate, gateTo } from '../../testing/gate.ts'
import { asUnavailable, DatabaseUnavailable } from './errors.ts'
import type { Executor } from './executor.ts'
import { type OpenDatabase, openDatabase } from './open.ts'
import { type Listening, listenTo, notify } from './signals.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const patience = { timeout: 20_000, interval: 20 }

/** A database behind two gates, with one URL that names both. */
async function behindTwoGates(): Promise<{ url: string; direct: string; gates: [Gate, Gate] }> {
  const direct = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
  const port = Number(new URL(direct).port || 5432)
  const gates: [Gate, Gate] = [await gateTo(port), await gateTo(port)]
  closing.push(...gates.map((gate) => () => gate.close()))
  const { username, password, pathname } = new URL(direct)
  const hosts = gates.map((gate) => `127.0.0.1:${gate.port}`).join(',')
  const url = `postgres://${username}:${password}@${hosts}${pathname}?target_session_attrs=read-write`
  return { url, direct, gates }
}

async function open(url: string, poolSize = 4): Promise<OpenDatabase & { tookOver: string[] }> {
  const tookOver: string[] = []
  const opened = await openDatabase(
    { kind: 'postgres', url, poolSize },
    { onFailover: (server) => tookOver.push(server) },
  )
  closing.push(() => opened.close())
  return { ...opened, tookOver }
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('It did not fail.'),
    (error: unknown) => asUnavailable(error),
  )
const one = async (db: Executor): Promise<unknown> => (await sql`select 1 as one`.execute(db)).rows

describe('a database on several servers', () => {
  it('is used on the first that answers, and on that one again', async () => {
    const { url, gates } = await behindTwoGates()
    const [first, second] = gates
    const { db, tookOver } = await open(url)
    first.refuse()
    expect(await one(db)).toEqual([{ one: 1 }])
    expect(tookOver).toEqual([`127.0.0.1:${second.port}`])
    first.open()
    expect(await one(db)).toEqual([{ one: 1 }])
    expect(tookOver).toHaveLength(1)
    second.refuse()
    await vi.waitFor(() => one(db), patience)
    expect(tookOver).toEqual([`127.0.0.1:${second.port}`, `127.0.0.1:${first.port}`])
  })

  it('is unavailable while no server answers, and recovers as soon as one does', async () => {
    const { url, gates } = await behindTwoGates()
    for (const gate of gates) gate.refuse()
    const { db, pool } = await open(url)
    expect(await failureOf(one(db))).toBeInstanceOf(DatabaseUnavailable)
    expect(await failureOf(pool?.query('select 1') ?? expect.fail())).toBeInstanceOf(DatabaseUnavailable)
    gates[1].open()
    await vi.waitFor(() => one(db), patience)
    expect((await pool?.query('select 1 as one'))?.rows).toEqual([{ one: 1 }])
  })

  it('fails waiting queries and discards connections when its server vanishes', async () => {
    const { url, gates } = await behindTwoGates()
    const [vanishing, other] = gates
    const { db, pool, tookOver } = await open(url)
    await Promise.all(Array.from({ length: 4 }, () => sql`select pg_sleep(0.05)`.execute(db)))
    expect(pool?.totalCount).toBe(4)
    vanishing.swallow()
    expect(await failureOf(one(db))).toBeInstanceOf(DatabaseUnavailable)
    expect(tookOver).toEqual([`127.0.0.1:${other.port}`])
    await vi.waitFor(() => expect(pool?.totalCount).toBe(0), patience)
    expect(await one(db)).toEqual([{ one: 1 }])
  })

  it('skips a host that accepts connections but never answers', async () => {
    const { url, gates } = await behindTwoGates()
    gates[0].swallow()
    const { db } = await open(`${url}&connect_timeout=1`)
    expect(await one(db)).toEqual([{ one: 1 }])
  })

  it('listens on the remaining server', async () => {
    const { url, direct, gates } = await behindTwoGates()
    const { db } = await open(direct)
    let [listening, signals] = [0, 0]
    const listener: Listening = listenTo(url, 'news', {
      onListening: () => (listening += 1),
      onSignal: () => (signals += 1),
    })
    closing.push(() => listener.close())
    await vi.waitFor(() => expect(listening).toBe(1), patience)
    gates[0].swallow()
    await vi.waitFor(() => expect(listening).toBe(2), { timeout: 40_000, interval: 50 })
    await notify(db, 'news')
    await vi.waitFor(() => expect(signals).toBe(1), patience)
  })
})

describe('a server that became read-only', () => {
  const write = (db: Executor) => sql`insert into scratch values (1)`.execute(db)

  it('loses all its connections after the first rejected write', async () => {
    const url = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
    const { db, pool } = await open(url, 3)
    await sql`create table scratch (n int)`.execute(db)
    const demote = sql`set session characteristics as transaction read only; select pg_sleep(0.1)`
    await Promise.all(Array.from({ length: 3 }, () => demote.execute(db)))
    expect(pool?.totalCount).toBe(3)
    expect(await failureOf(write(db))).toBeInstanceOf(DatabaseUnavailable)
    await vi.waitFor(() => expect(pool?.totalCount).toBe(0), patience)
    await write(db)
  })

  it('gets no new connections', async () => {
    const url = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
    const { db } = await open(url)
    const name = new URL(url).pathname.slice(1)
    await sql`alter database ${sql.id(name)} set default_transaction_read_only = on`.execute(db)
    const late = await open(url)
    expect(await failureOf(one(late.db))).toBeInstanceOf(DatabaseUnavailable)
    expect(await failureOf(late.pool?.query('select 1') ?? expect.fail())).toBeInstanceOf(DatabaseUnavailable)
    await sql`alter database ${sql.id(name)} reset default_transaction_read_only`.execute(db)
    expect(await one(late.db)).toEqual([{ one: 1 }])
  })
})
