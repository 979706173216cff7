import type { Expression, SelectQueryBuilder } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { Tables } from '../../platform/db/tables.ts'
import type {} from './schema.ts'

export async function findHash(db: Executor, userId: string): Promise<string | undefined> {
  return (await selectHash(db, userId).executeTakeFirst())?.password_hash
}

/** The hash of a user's password, as part of a query: null where there is none. */
export const selectHash = (db: Executor, userId: string | Expression<string>) =>
  db.selectFrom('credentials').select('password_hash').where('user_id', '=', userId)

/**
 * Joins the passwords of the users that a query selects; users without one are left out. As a join, a locked query
 * locks the password, too, and sees what another transaction made of it while it waited for the lock.
 */
export function joinHash<O>(query: SelectQueryBuilder<Tables, 'users', O>) {
  return query.innerJoin('credentials', 'credentials.user_id', 'users.id').select('credentials.password_hash')
}

export interface HashChange {
  readonly hash: string
  /** The hash that has to be there still; null for none at all, undefined for any or none. */
  readonly replacing: string | null | undefined
  readonly now: number
}

/** Sets a user's password; false, and nothing changed, where it is not `replacing` any more. The user has to exist. */
export async function saveHash(
  db: Executor,
  userId: string,
  { hash, replacing, now }: HashChange,
): Promise<boolean> {
  const values = { password_hash: hash, changed_at: now }
  if (typeof replacing === 'string') {
    const updated = await db
      .updateTable('credentials')
      .set(values)
      .where('user_id', '=', userId)
      .where('password_hash', '=', replacing)
      .executeTakeFirst()
    return updated.numUpdatedRows > 0n
  }
  const inserted = await db
    .insertInto('credentials')
    .values({ user_id: userId, ...values })
    .onConflict((conflict) =>
      replacing === null
        ? conflict.column('user_id').doNothing()
        : conflict.column('user_id').doUpdateSet(values),
    )
    .executeTakeFirst()
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n
}
