import { expressionBuilder, type Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { RevocationsTable } from './schema.ts'

export type RevocationRow = Selectable<RevocationsTable>
/** A row that has its place in the feed. */
export type PlacedRow = RevocationRow & { seq: number }

export async function insertRevocation(db: Executor, row: RevocationRow): Promise<void> {
  await db.insertInto('revocations').values(row).execute()
}

export interface FeedHead {
  /** The newest place that was given. */
  readonly seq: number
  /** Whether revocations have been committed that have no place yet. */
  readonly unplaced: boolean
}

export async function feedHead(db: Executor): Promise<FeedHead> {
  const row = await db
    .selectFrom('revocation_feed')
    .select(['seq', hasUnplaced(db).as('unplaced')])
    .executeTakeFirstOrThrow()
  return { seq: row.seq, unplaced: Boolean(row.unplaced) }
}

/** The newest place that was given, as a part of a query. */
export const newestPlace = (db: Executor) => db.selectFrom('revocation_feed').select('seq')

/** Whether committed revocations have no place yet, as a part of a query. */
export const hasUnplaced = (db: Executor) =>
  expressionBuilder().exists(db.selectFrom('revocations').select('id').where('seq', 'is', null))

/** Takes the lock under which places are given, until the end of the transaction; gives the newest one. */
export async function lockFeed(db: Executor): Promise<number> {
  const row = await db
    .updateTable('revocation_feed')
    .set((eb) => ({ seq: eb.ref('seq') }))
    .returning('seq')
    .executeTakeFirstOrThrow()
  return row.seq
}

/** Revocations without a place, in the order of their making. */
export async function unplaced(db: Executor, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('revocations')
    .select('id')
    .where('seq', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function place(db: Executor, id: string, seq: number): Promise<void> {
  await db.updateTable('revocations').set({ seq }).where('id', '=', id).execute()
}

export async function moveFeed(db: Executor, seq: number): Promise<void> {
  await db.updateTable('revocation_feed').set({ seq }).execute()
}

/** The revocations after one place and up to another, in order. */
export async function placedBetween(
  db: Executor,
  after: number,
  upTo: number,
  limit: number,
): Promise<PlacedRow[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.filter((row): row is PlacedRow => row.seq !== null)
}

/** The revocations of any of these digests. */
export async function revocationsOf(db: Executor, digests: readonly string[]): Promise<RevocationRow[]> {
  if (digests.length === 0) return []
  return db.selectFrom('revocations').selectAll().where('digest', 'in', digests).execute()
}

/** Deletes what no token can be concerned by at `now` (seconds). */
export async function deleteExpired(db: Executor, now: number): Promise<void> {
  await db.deleteFrom('revocations').where('expires_at', '<', now).where('seq', 'is not', null).execute()
}
