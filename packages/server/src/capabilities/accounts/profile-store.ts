import type { Executor } from '../../platform/db/executor.ts'
import type { ProfilesTable } from './schema.ts'

export async function findProfile(db: Executor, userId: string): Promise<ProfilesTable | undefined> {
  return db.selectFrom('profiles').selectAll().where('user_id', '=', userId).executeTakeFirst()
}

export async function replaceProfile(db: Executor, row: ProfilesTable): Promise<void> {
  const { user_id, ...columns } = row
  await db.updateTable('profiles').set(columns).where('user_id', '=', user_id).execute()
}
