import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import { DatabaseBusy } from './errors.ts'
import type { Executor } from './executor.ts'
import { insideTransaction } from './nesting.ts'

/** One step of the schema. A step that has landed never changes: another follows it. */
export interface Migration {
  /** `0001-accounts-and-roles` */
  readonly name: string
  /** Loads the step, which most starts don't need. */
  load(): Promise<{ up(db: Kysely<unknown>): Promise<void> }>
}

/**
 * Brings the schema up to date and gives the names of the steps taken. Instances that start together take turns: all
 * of it is one transaction under one lock, so that a step that fails leaves nothing behind.
 *
 * @throws Error when the database has steps that this program does not know: it is older than its database
 */
export async function migrate(
  db: Executor,
  migrations: readonly Migration[],
  now: number,
): Promise<string[]> {
  return db.transaction().execute((trx) =>
    insideTransaction(async () => {
      await takeTurn(trx)
      await sql`create table if not exists migrations (name text primary key, applied_at bigint not null)`.execute(
        trx,
      )
      const applied = await sql<{ name: string }>`select name from migrations`.execute(trx)
      const done = new Set(applied.rows.map(({ name }) => name))
      assertKnown(done, migrations)
      const steps = migrations.filter(({ name }) => !done.has(name))
      for (const { name, load } of steps) {
        // A migration describes tables in words of its own time, not in today's types.
        const { up } = await load()
        await up(trx as unknown as Kysely<unknown>)
        await sql`insert into migrations (name, applied_at) values (${name}, ${now})`.execute(trx)
      }
      return steps.map(({ name }) => name)
    }),
  )
}

/** Milliseconds that an instance waits while another one migrates. */
const longestWait = 120_000

/**
 * One instance at a time. Asked for again and again, because a wait inside PostgreSQL would end with `lock_timeout`,
 * which is far shorter than a migration may take. SQLite's `begin immediate` is such a turn already.
 */
async function takeTurn(trx: Executor): Promise<void> {
  if (dialectOf(trx) === 'sqlite') return
  const deadline = performance.now() + longestWait
  for (;;) {
    const { rows } = await sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(727274) as ours`.execute(
      trx,
    )
    if (rows[0]?.ours === true) return
    if (performance.now() > deadline) throw new DatabaseBusy()
    await pause(100)
  }
}

function assertKnown(done: ReadonlySet<string>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ name }) => name))
  const unknown = [...done].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new Error(
      `The database was migrated by a newer Gatehouse (${unknown.join(', ')}). Start that version, or restore a backup.`,
    )
  }
}
