import { sql } from 'kysely'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { migrations } from '../../capabilities.ts'
import { testContext } from '../../testing/context.ts'
import { newPostgresDatabase } from '../../testing/databases.ts'
import { pgbouncer, startPgBouncer } from '../../testing/pgbouncer.ts'
import { migrate } from './migrate.ts'
import { type OpenDatabase, openDatabase } from './open.ts'
import { prepared } from './prepared.ts'
import { inTransaction } from './transaction.ts'

const settings =
  'ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout\n'
const roles = prepared(({ name }: { name: string }, db) =>
  db.selectFrom('roles').select('name').where('name', '=', name),
)

const closing: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

async function openBehindPooler(): Promise<OpenDatabase> {
  const databaseUrl = await newPostgresDatabase(inject('postgresUrl'), (clean) => closing.push(clean))
  const pooler = await startPgBouncer(databaseUrl, settings)
  closing.push(() => pooler.stop())
  const opened = await openDatabase({ kind: 'postgres', url: pooler.url, poolSize: 8 })
  closing.push(() => opened.close())
  await migrate(opened.db, migrations, 0)
  return opened
}

describe.skipIf(pgbouncer === undefined)(
  'a pooler that takes settings and drops them (skipped where pgbouncer is not installed)',
  () => {
    it('is detected: waits time out, and no statement is expected on another connection', async () => {
      const { db } = await openBehindPooler()
      await inTransaction(testContext(db), async ({ db }) => {
        expect((await sql`show lock_timeout`.execute(db)).rows).toEqual([{ lock_timeout: '5s' }])
      })
      for (let round = 0; round < 10; round++) {
        await Promise.all(Array.from({ length: 8 }, () => roles(db, { name: 'admin' })))
      }
      const { rows } = await sql`select name from pg_prepared_statements where name <> ''`.execute(db)
      expect(rows).toEqual([])
    })
  },
)
