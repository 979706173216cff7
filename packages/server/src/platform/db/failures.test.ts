import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { asUnavailable, DatabaseBusy, DatabaseUnavailable, isTransient } from './errors.ts'
import { outsideTransaction } from './nesting.ts'
import { openDatabase } from './open.ts'
import { inTransaction } from './transaction.ts'

/** The reason for which a promise was rejected. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('It did not fail.'),
    (error: unknown) => error,
  )

describeEachDatabase('a database in trouble', (open, dialect) => {
  it('answers 503 when no connection becomes free in time, and recovers', async () => {
    const { config } = await open()
    const small = config.kind === 'postgres' ? { ...config, poolSize: 1 } : config
    const { db, close } = await openDatabase(small, { acquireMs: 400 })
    const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = inTransaction(testContext(db), async ({ db }) => {
      await sql`select 1`.execute(db)
      held.resolve()
      await release.promise
    })
    await held.promise
    const problem = asUnavailable(await failureOf(sql`select 1`.execute(db)))
    expect(problem).toMatchObject({ code: expect.stringMatching(/^database_/), retryAfterMs: 1_000 })
    release.resolve()
    await holding
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
    await close()
  })

  it('answers 503 while another instance holds the lock', async () => {
    const { config, db: other } = await open()
    await sql`create table scratch (id text primary key, n bigint)`.execute(other)
    await sql`insert into scratch values ('a', 0)`.execute(other)
    const { db, close } = await openDatabase(config, { acquireMs: 400 })
    const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = inTransaction(testContext(other), async ({ db }) => {
      await sql`update scratch set n = 1`.execute(db)
      held.resolve()
      await release.promise
    })
    await held.promise
    const write = inTransaction(testContext(db), async ({ db }) => sql`update scratch set n = 2`.execute(db))
    expect(asUnavailable(await failureOf(write))).toBeInstanceOf(DatabaseBusy)
    release.resolve()
    await holding
    await inTransaction(testContext(db), async ({ db }) => sql`update scratch set n = 2`.execute(db))
    expect((await sql`select n from scratch`.execute(other)).rows).toEqual([{ n: 2 }])
    await close()
  })

  if (dialect === 'sqlite') return

  it('answers 503 when the connection breaks in mid-transaction, and continues with a new one', async () => {
    const { db, connect } = await open()
    const ctx = testContext(db)
    const admin = await connect()
    const broken = inTransaction(ctx, async ({ db }) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
      await outsideTransaction(() => sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(admin))
      await sql`select 1`.execute(db)
    })
    expect(asUnavailable(await failureOf(broken))).toBeInstanceOf(DatabaseUnavailable)
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  })

  it('answers 503 when nothing listens there', async () => {
    const { db, close } = await openDatabase({
      kind: 'postgres',
      url: 'postgres://nobody@127.0.0.1:1/none',
      poolSize: 1,
    })
    expect(asUnavailable(await failureOf(sql`select 1`.execute(db)))).toBeInstanceOf(DatabaseUnavailable)
    await close()
  })

  it('retries a transaction that was aborted to break a deadlock', async () => {
    const { db } = await open()
    await sql`create table scratch (id text primary key, n bigint)`.execute(db)
    await sql`insert into scratch values ('a', 0), ('b', 0)`.execute(db)
    const ctx = testContext(db)
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    let runs = 0
    const add = (first: string, second: string, mine: 0 | 1) =>
      inTransaction(ctx, async ({ db }) => {
        runs += 1
        await sql`update scratch set n = n + 1 where id = ${first}`.execute(db)
        both[mine].resolve()
        await Promise.all(both.map(({ promise }) => promise))
        await sql`update scratch set n = n + 1 where id = ${second}`.execute(db)
      })
    await Promise.all([add('a', 'b', 0), add('b', 'a', 1)])
    expect(runs).toBe(3)
    expect((await sql`select n from scratch`.execute(db)).rows).toEqual([{ n: 2 }, { n: 2 }])
  })

  it('gives up on a transaction that never succeeds', async () => {
    const { db } = await open()
    let runs = 0
    const failing = inTransaction(testContext(db), async ({ db }) => {
      runs += 1
      await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(db)
    })
    expect(isTransient(await failureOf(failing))).toBe(true)
    expect(runs).toBe(4)
  })
})
