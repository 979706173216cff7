import { type Kysely, sql } from 'kysely'
import { expect, it } from 'vitest'
import { migrations } from '../../capabilities.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { isUniqueViolation } from './errors.ts'
import { serialize } from './locks.ts'
import { migrate } from './migrate.ts'
import { databaseNow } from './time.ts'
import { inTransaction } from './transaction.ts'

describeEachDatabase('the database', (open) => {
  const scratch = async (): Promise<Awaited<ReturnType<typeof open>>> => {
    const database = await open()
    await sql`create table scratch (id text primary key, n bigint)`.execute(database.db)
    return database
  }

  it('commits a transaction that succeeds, and rolls back one that fails', async () => {
    const { db } = await scratch()
    const ctx = testContext(db)
    await inTransaction(ctx, async ({ db }) => sql`insert into scratch values ('kept', 1)`.execute(db))
    await expect(
      inTransaction(ctx, async ({ db }) => {
        await sql`insert into scratch values ('lost', 1)`.execute(db)
        throw new Error('changed my mind')
      }),
    ).rejects.toThrow('changed my mind')
    const { rows } = await sql<{ id: string }>`select id from scratch`.execute(db)
    expect(rows).toEqual([{ id: 'kept' }])
  })

  it('runs effects after a commit, but not after a rollback', async () => {
    const { db } = await scratch()
    const ctx = testContext(db)
    const seen: string[] = []
    await inTransaction(ctx, async (ctx) => {
      ctx.afterCommit(() => seen.push('effect'))
      seen.push('work')
    })
    await inTransaction(ctx, async (ctx) => {
      ctx.afterCommit(() => seen.push('never'))
      throw new Error('no')
    }).catch(() => undefined)
    expect(seen).toEqual(['work', 'effect'])
  })

  it('joins a nested transaction to the outer one', async () => {
    const { db } = await scratch()
    const ctx = testContext(db)
    await inTransaction(ctx, async (outer) => {
      await inTransaction(outer, async ({ db }) => sql`insert into scratch values ('inner', 1)`.execute(db))
      throw new Error('outer fails')
    }).catch(() => undefined)
    const { rows } = await sql`select id from scratch`.execute(db)
    expect(rows).toEqual([])
  })

  it('throws at once when the pool is used inside a transaction, instead of hanging', async () => {
    const { db } = await scratch()
    const ctx = testContext(db)
    await expect(inTransaction(ctx, async () => sql`select 1`.execute(ctx.db))).rejects.toThrow(
      'the pool inside a transaction',
    )
  })

  it('serializes transactions that hold the same lock', async () => {
    const { db, connect } = await scratch()
    await sql`insert into scratch values ('counter', 0)`.execute(db)
    const increment = async (ctx: ReturnType<typeof testContext>): Promise<void> => {
      await inTransaction(ctx, async ({ db }) => {
        await serialize(db, 'counter')
        const { rows } = await sql<{ n: number }>`select n from scratch where id = 'counter'`.execute(db)
        await sql`update scratch set n = ${Number(rows[0]?.n) + 1} where id = 'counter'`.execute(db)
      })
    }
    const [one, two] = [testContext(db), testContext(await connect())]
    await Promise.all(Array.from({ length: 20 }, (_, index) => increment(index % 2 === 0 ? one : two)))
    const { rows } = await sql<{ n: number }>`select n from scratch`.execute(db)
    expect(rows).toEqual([{ n: 20 }])
  })

  it('returns 64-bit integers as numbers', async () => {
    const { db } = await scratch()
    await sql`insert into scratch values ('big', ${1_700_000_000_000})`.execute(db)
    const { rows } = await sql<{ n: number }>`select n from scratch`.execute(db)
    expect(rows).toEqual([{ n: 1_700_000_000_000 }])
  })

  it('distinguishes unique violations from other errors', async () => {
    const { db } = await scratch()
    await sql`insert into scratch values ('one', 1)`.execute(db)
    const again = await sql`insert into scratch values ('one', 2)`
      .execute(db)
      .catch((error: unknown) => error)
    expect(isUniqueViolation(again, 'scratch')).toBe(true)
    expect(isUniqueViolation(again, 'username_key')).toBe(false)
    expect(isUniqueViolation(new Error('scratch'), 'scratch')).toBe(false)
  })

  it('returns the time in whole milliseconds', async () => {
    const { db } = await open()
    const { rows } = await sql<{ now: number }>`select ${databaseNow(db)} as now`.execute(db)
    const now = rows[0]?.now ?? Number.NaN
    expect(Number.isInteger(now)).toBe(true)
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000)
  })

  it('migrates once when two instances start together', async () => {
    const { connect } = await open()
    const steps: string[] = []
    const slow = {
      name: '9999-together',
      load: async () => ({
        async up(db: Kysely<unknown>) {
          steps.push('ran')
          await sql`create table together (id text)`.execute(db)
        },
      }),
    }
    const [one, two] = [await connect(), await connect()]
    await Promise.all([migrate(one, [...migrations, slow], 1), migrate(two, [...migrations, slow], 1)])
    expect(steps).toEqual(['ran'])
  })

  it('refuses a database that a newer version has migrated', async () => {
    const { db } = await open()
    await sql`insert into migrations values ('9999-from-the-future', 1)`.execute(db)
    await expect(migrate(db, migrations, 1)).rejects.toThrow('9999-from-the-future')
  })
})
