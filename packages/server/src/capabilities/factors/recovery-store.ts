import type { Executor } from '../../platform/db/executor.ts'

/** How many codes a user has left, and when they were made. */
export async function recoveryCodesOf(
  db: Executor,
  userId: string,
): Promise<{ left: number; createdAt: number | null }> {
  const row = await db
    .selectFrom('recovery_codes')
    .select((eb) => [eb.fn.countAll().as('left'), eb.fn.max('created_at').as('created_at')])
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return { left: Number(row.left), createdAt: row.created_at === null ? null : Number(row.created_at) }
}

/** Replaces all codes of a user. */
export async function replaceRecoveryCodes(
  db: Executor,
  userId: string,
  digests: readonly string[],
  now: number,
): Promise<void> {
  await deleteRecoveryCodes(db, userId)
  const rows = digests.map((digest) => ({ digest, user_id: userId, created_at: now }))
  await db.insertInto('recovery_codes').values(rows).execute()
}

/** Uses a code up: of many at once, one gets it. */
export async function takeRecoveryCode(db: Executor, userId: string, digest: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('recovery_codes')
    .where('digest', '=', digest)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Deletes all codes of a user, and says whether there were any. */
export async function deleteRecoveryCodes(db: Executor, userId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('recovery_codes')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
