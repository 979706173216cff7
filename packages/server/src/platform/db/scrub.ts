import { sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/**
 * Clears what deleted rows leave behind in files, once their transaction has committed; within one it does nothing. SQLite overwrites them in the
 * database (`secure_delete`), but its write-ahead log still has the pages of before until it is emptied; another process
 * that reads at this moment keeps it from that, so call it again later. PostgreSQL's vacuum does the same by itself.
 *
 * @returns whether nothing is left
 */
export async function scrub(db: Executor): Promise<boolean> {
  if (db.isTransaction) return false
  if (dialectOf(db) === 'postgres') return true
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db)
  return rows[0]?.busy === 0
}
