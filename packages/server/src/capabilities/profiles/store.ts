import { chunksOf } from '../../platform/db/chunks.ts'
import type { Executor } from '../../platform/db/executor.ts'
import type { ProfilesTable } from './schema.ts'

export async function findProfile(db: Executor, userId: string): Promise<ProfilesTable | undefined> {
  return db.selectFrom('profiles').selectAll().where('user_id', '=', userId).executeTakeFirst()
}

export async function findLocale(db: Executor, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('profiles')
    .select('locale')
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.locale ?? undefined
}

/** Replaces a user's profile, or adds it. */
export async function saveProfile(db: Executor, row: ProfilesTable): Promise<void> {
  const { user_id: _, ...columns } = row
  await db
    .insertInto('profiles')
    .values(row)
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
    .execute()
}

/** Gives new users their profiles. */
export async function insertProfiles(db: Executor, rows: readonly ProfilesTable[]): Promise<void> {
  for (const part of chunksOf(rows)) await db.insertInto('profiles').values(part).execute()
}
