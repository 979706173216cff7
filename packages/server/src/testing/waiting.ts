import { sql } from 'kysely'
import type { Executor } from '../platform/db/executor.ts'

/**
 * Resolves once another connection to this PostgreSQL database waits for a lock, according to the database, so that no
 * test has to guess how long that takes.
 */
export async function untilSomebodyWaits(db: Executor): Promise<void> {
  const deadline = performance.now() + longest
  while (performance.now() < deadline) {
    const { rows } = await sql<{ waiting: number }>`
      select count(*) as waiting from pg_locks where not granted
        and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(db)
    if ((rows[0]?.waiting ?? 0) > 0) return
  }
  throw new Error('nobody came to wait')
}

/** Milliseconds; a password may have to be hashed first, after others. */
const longest = 20_000
