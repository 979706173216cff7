import { type SelectQueryBuilder, sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/**
 * Takes a lock until the end of the transaction, so that others with the same lock wait. SQLite's transactions are
 * serialized anyway (`begin immediate`).
 */
export async function serialize(db: Executor, name: string): Promise<void> {
  if (!db.isTransaction) throw new Error('A lock needs a transaction.')
  if (dialectOf(db) === 'sqlite') return
  await sql`select pg_advisory_xact_lock(hashtextextended(${`gatehouse:${name}`}, 0))`.execute(db)
}

/** Locks the rows that a query reads, leaving out those that another transaction has locked: `.$call(skipLocked(db))`. */
export function skipLocked(
  db: Executor,
): <DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>) => SelectQueryBuilder<DB, TB, O> {
  return (query) => (dialectOf(db) === 'postgres' ? query.forUpdate().skipLocked() : query)
}

/** Locks the rows that a query reads until the end of the transaction: `.$call(forUpdate(db))`. */
export function forUpdate(
  db: Executor,
): <DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>) => SelectQueryBuilder<DB, TB, O> {
  return (query) => (dialectOf(db) === 'postgres' ? query.forUpdate() : query)
}

/** Whether rows can be locked, and locked ones passed over. SQLite needs neither: its transactions take turns. */
export const canSkipLocked = (db: Executor): boolean => dialectOf(db) === 'postgres'
