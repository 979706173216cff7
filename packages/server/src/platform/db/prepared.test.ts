import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { addUser } from '../../testing/users.ts'
import type { Executor } from './executor.ts'
import { prepared } from './prepared.ts'

const userNamed = prepared(({ username }: { username: string }, db) =>
  db
    .selectFrom('users')
    .select(['id', 'username'])
    .where('username', '=', username)
    .where('disabled_at', 'is', null),
)

describeEachDatabase('a prepared query', (open, dialect) => {
  it('returns the rows for the values it is executed with', async () => {
    const { db } = await open()
    const ctx = testContext(db)
    const [ana, ben] = [await addUser(ctx, 'ana'), await addUser(ctx, 'ben')]
    for (let i = 0; i < 3; i++) {
      expect(await userNamed(db, { username: 'ana' })).toEqual([{ id: ana, username: 'ana' }])
      expect(await userNamed(db, { username: 'ben' })).toEqual([{ id: ben, username: 'ben' }])
      expect(await userNamed(db, { username: "ana' or true --" })).toEqual([])
    }
  })

  it('runs within the transaction that executes it', async () => {
    const { db } = await open()
    await db.transaction().execute(async (trx) => {
      await addUser({ ...testContext(db), db: trx }, 'ana')
      expect(await userNamed(trx, { username: 'ana' })).toHaveLength(1)
    })
  })

  it('keeps working while a newer version adds columns', async () => {
    const { db } = await open()
    await addUser(testContext(db), 'ana')
    await everyConnection(db, () => userNamed(db, { username: 'ana' }))
    await sql`alter table users add column favourite_colour text`.execute(db)
    for (const rows of await everyConnection(db, () => userNamed(db, { username: 'ana' }))) {
      expect(rows).toHaveLength(1)
    }
  })

  if (dialect === 'sqlite') return

  it('is prepared once for each connection', async () => {
    const { db } = await open()
    await db.transaction().execute(async (trx) => {
      for (let i = 0; i < 3; i++) await userNamed(trx, { username: 'ana' })
      const { rows } = await sql<{ calls: number }>`
        select generic_plans + custom_plans as calls from pg_prepared_statements
        where statement like '%"disabled_at" is null'`.execute(trx)
      expect(rows).toEqual([{ calls: 3 }])
    })
  })
})

/** Runs something on every connection of the pool. */
function everyConnection<T>(db: Executor, work: () => Promise<T>): Promise<T[]> {
  return Promise.all(
    Array.from({ length: 10 }, () => Promise.all([work(), sql`select 1`.execute(db)]).then(([done]) => done)),
  )
}
