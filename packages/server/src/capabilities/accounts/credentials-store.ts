import type { Executor } from '../../platform/db/executor.ts'

export async function passwordHashOf(db: Executor, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('credentials')
    .select('password_hash')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.password_hash
}

/** Replaces the hash; false when it was not `replacing` any more, or the user is gone. */
export async function replacePasswordHash(
  db: Executor,
  userId: string,
  change: { hash: string; replacing?: string | undefined; now: number },
): Promise<boolean> {
  let query = db
    .updateTable('credentials')
    .set({ password_hash: change.hash, changed_at: change.now })
    .where('user_id', '=', userId)
  if (change.replacing !== undefined) query = query.where('password_hash', '=', change.replacing)
  const updated = await query.executeTakeFirst()
  return updated.numUpdatedRows > 0n
}
