import type { Expression, Selectable, SelectQueryBuilder } from 'kysely'
import { costOf } from '../../platform/crypto/foreign/likeness.ts'
import { chunksOf } from '../../platform/db/chunks.ts'
import type { Executor } from '../../platform/db/executor.ts'
import type { Tables } from '../../platform/db/tables.ts'
import type { CredentialsTable } from './schema.ts'

export async function findHash(db: Executor, userId: string): Promise<string | undefined> {
  return (await selectHash(db, userId).executeTakeFirst())?.password_hash
}

/** A user's password as it is stored. */
export async function findPassword(
  db: Executor,
  userId: string,
): Promise<Selectable<CredentialsTable> | undefined> {
  return db.selectFrom('credentials').selectAll().where('user_id', '=', userId).executeTakeFirst()
}

/** The hash of a user's password, as part of a query: null where there is none. */
export const selectHash = (db: Executor, userId: string | Expression<string>) =>
  db.selectFrom('credentials').select('password_hash').where('user_id', '=', userId)

/** Whether a user has to replace their password (1), as part of a query: null where there is none. */
export const selectMustChange = (db: Executor, userId: Expression<string>) =>
  db.selectFrom('credentials').select('must_change').where('user_id', '=', userId)

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
  /** When the password changed; undefined where it is the same one, hashed again. */
  readonly now: number | undefined
  /** Whether the user has to replace it at the next sign-in; as before, if undefined. */
  readonly mustChange?: boolean | undefined
}

/** Sets a user's password; false, and nothing changed, where it is not `replacing` any more. The user has to exist. */
export async function saveHash(
  db: Executor,
  userId: string,
  { hash, replacing, mustChange, now }: HashChange,
): Promise<boolean> {
  const values = {
    password_hash: hash,
    foreign_cost: null,
    ...(now === undefined ? {} : { changed_at: now }),
    ...(mustChange === undefined ? {} : { must_change: mustChange ? 1 : 0 }),
  }
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
    .values({ user_id: userId, changed_at: 0, must_change: 0, ...values })
    .onConflict((conflict) =>
      replacing === null
        ? conflict.column('user_id').doNothing()
        : conflict.column('user_id').doUpdateSet(values),
    )
    .executeTakeFirst()
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** How many hashes of other products there are, by what checking them costs, and how many in all if there is any. */
export async function countHashes(db: Executor): Promise<{ total: number; foreign: Map<string, number> }> {
  const rows = await db
    .selectFrom('credentials')
    .select((eb) => ['foreign_cost', eb.fn.countAll().as('count')])
    .where('foreign_cost', 'is not', null)
    .groupBy('foreign_cost')
    .orderBy('count', 'desc')
    .limit(100)
    .execute()
  const foreign = new Map(rows.map(({ foreign_cost, count }) => [foreign_cost ?? '', Number(count)]))
  if (foreign.size === 0) return { total: 0, foreign }
  const { total } = await db
    .selectFrom('credentials')
    .select((eb) => eb.fn.countAll().as('total'))
    .executeTakeFirstOrThrow()
  return { total: Number(total), foreign }
}

/** Gives accounts that have no password those that another product hashed. */
export async function insertForeignHashes(
  db: Executor,
  rows: readonly { readonly userId: string; readonly hash: string }[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ userId, hash }) => ({
    user_id: userId,
    password_hash: hash,
    foreign_cost: costOf(hash),
    changed_at: now,
    must_change: 0,
  }))
  for (const part of chunksOf(values)) {
    // whoever has a password by now keeps it
    await db
      .insertInto('credentials')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Takes a user's password away; false where there was none. */
export async function deleteHash(db: Executor, userId: string): Promise<boolean> {
  const deleted = await db.deleteFrom('credentials').where('user_id', '=', userId).executeTakeFirst()
  return deleted.numDeletedRows > 0n
}
