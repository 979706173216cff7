import { expressionBuilder, type Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { RevocationsTable } from './schema.ts'

export type RevocationRow = Selectable<RevocationsTable>
/** A row that has its sequence number. */
export type SequencedRow = RevocationRow & { seq: number }

export async function insertRevocation(db: Executor, row: RevocationRow): Promise<void> {
  await db.insertInto('revocations').values(row).execute()
}

export interface NewestSequence {
  readonly sequence: number
  /** Whether committed revocations have no sequence number yet. */
  readonly incomplete: boolean
}

export async function readSequence(db: Executor): Promise<NewestSequence> {
  const row = await db
    .selectFrom('revocation_feed')
    .select(['seq', hasUnsequenced(db).as('incomplete')])
    .executeTakeFirstOrThrow()
  return { sequence: row.seq, incomplete: Boolean(row.incomplete) }
}

/** The newest sequence number, as a part of a query. */
export const newestSequence = (db: Executor) => db.selectFrom('revocation_feed').select('seq')

/** Whether committed revocations have no sequence number yet, as a part of a query. */
export const hasUnsequenced = (db: Executor) =>
  expressionBuilder().exists(db.selectFrom('revocations').select('id').where('seq', 'is', null))

/** Takes the lock under which numbers are given, until the end of the transaction; returns the newest one. */
export async function lockFeed(db: Executor): Promise<number> {
  const row = await db
    .updateTable('revocation_feed')
    .set((eb) => ({ seq: eb.ref('seq') }))
    .returning('seq')
    .executeTakeFirstOrThrow()
  return row.seq
}

/** Revocations without a sequence number, in the order of their making. */
export async function unsequenced(db: Executor, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('revocations')
    .select('id')
    .where('seq', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function setSequence(db: Executor, id: string, seq: number): Promise<void> {
  await db.updateTable('revocations').set({ seq }).where('id', '=', id).execute()
}

export async function moveFeed(db: Executor, seq: number): Promise<void> {
  await db.updateTable('revocation_feed').set({ seq }).execute()
}

/** The revocations after one sequence number and up to another, in order. */
export async function sequencedBetween(
  db: Executor,
  after: number,
  upTo: number,
  limit: number,
): Promise<SequencedRow[]> {
  const rows = await db
    .selectFrom('revocations')
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<=', upTo)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.filter((row): row is SequencedRow => row.seq !== null)
}

/** The revocations of any of these digests. */
export async function revocationsOf(db: Executor, digests: readonly string[]): Promise<RevocationRow[]> {
  if (digests.length === 0) return []
  return db.selectFrom('revocations').selectAll().where('digest', 'in', digests).execute()
}

/** Deletes revocations that no valid token can be older than at `now` (seconds). */
export async function deleteExpired(db: Executor, now: number): Promise<void> {
  await db.deleteFrom('revocations').where('expires_at', '<', now).where('seq', 'is not', null).execute()
}
