import type { Executor } from '../../../platform/db/executor.ts'
import type { DeletionsTable } from './schema.ts'

export async function findDeletion(db: Executor, userId: string): Promise<DeletionsTable | undefined> {
  return db.selectFrom('deletions').selectAll().where('user_id', '=', userId).executeTakeFirst()
}

export async function insertDeletion(db: Executor, row: DeletionsTable): Promise<void> {
  await db.insertInto('deletions').values(row).execute()
}

export async function removeDeletion(db: Executor, userId: string): Promise<void> {
  await db.deleteFrom('deletions').where('user_id', '=', userId).execute()
}

/** At most `limit` accounts whose time has come, those that have waited longest first. */
export async function dueDeletions(db: Executor, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('deletions')
    .select('user_id')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  return rows.map(({ user_id }) => user_id)
}

export async function insertErasure(db: Executor, id: string, now: number): Promise<void> {
  await db
    .insertInto('erasures')
    .values({ id, erased_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** At most `limit` accounts that were erased before `before`. */
export async function erasedBefore(db: Executor, before: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('erasures')
    .select('id')
    .where('erased_at', '<=', before)
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

export async function removeErasure(db: Executor, id: string): Promise<void> {
  await db.deleteFrom('erasures').where('id', '=', id).execute()
}
