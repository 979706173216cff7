import type { Expression, Insertable, Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { listOf } from '../../platform/db/lists.ts'
import type { FactorsTable } from './schema.ts'

export type FactorRow = Selectable<FactorsTable>

/** The kinds of a user's confirmed factors as a list, as part of a query. */
export const listFactorKindsOf = (db: Executor, userId: Expression<string>) =>
  db
    .selectFrom('factors')
    .select(listOf(db, 'kind').as('kinds'))
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)

export async function insertFactor(db: Executor, row: Insertable<FactorsTable>): Promise<void> {
  await db.insertInto('factors').values(row).execute()
}

/** A user's confirmed factors, the oldest first; there are few. */
export async function factorsOf(db: Executor, userId: string): Promise<FactorRow[]> {
  return db
    .selectFrom('factors')
    .selectAll()
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .orderBy('id')
    .execute()
}

/** One of a user's factors, confirmed or not. */
export async function findFactor(db: Executor, userId: string, id: string): Promise<FactorRow | undefined> {
  return db
    .selectFrom('factors')
    .selectAll()
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Deletes what a user began to enrol and did not finish. */
export async function deleteUnconfirmed(db: Executor, userId: string): Promise<void> {
  await db.deleteFrom('factors').where('user_id', '=', userId).where('confirmed_at', 'is', null).execute()
}

/** Confirms a factor; false where somebody else did. */
export async function confirmFactor(
  db: Executor,
  id: string,
  { now, step }: { now: number; step: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('factors')
    .set({ confirmed_at: now, last_used_at: now, last_step: step })
    .where('id', '=', id)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Accepts the code of a time step, unless that of the same or a later one was: of many at once, one is accepted. */
export async function takeStep(
  db: Executor,
  id: string,
  { now, step }: { now: number; step: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('factors')
    .set({ last_step: step, last_used_at: now })
    .where('id', '=', id)
    .where('last_step', '<', step)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function renameFactor(db: Executor, id: string, name: string): Promise<void> {
  await db.updateTable('factors').set({ name }).where('id', '=', id).execute()
}

export async function deleteFactor(db: Executor, id: string): Promise<void> {
  await db.deleteFrom('factors').where('id', '=', id).execute()
}

/** Deletes all factors of a user, and returns the kinds of those that counted. */
export async function deleteFactorsOf(db: Executor, userId: string): Promise<FactorRow[]> {
  const rows = await db.deleteFrom('factors').where('user_id', '=', userId).returningAll().execute()
  return rows.filter(({ confirmed_at }) => confirmed_at !== null)
}

/** TOTP secrets after the factor with id `after`, for sealing them again. */
export async function secretsAfter(
  db: Executor,
  after: string,
  limit: number,
): Promise<{ id: string; secret_sealed: string | null }[]> {
  return db
    .selectFrom('factors')
    .select(['id', 'secret_sealed'])
    .where('secret_sealed', 'is not', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Seals a secret again, unless somebody else did. */
export async function replaceSecret(db: Executor, id: string, old: string, sealed: string): Promise<void> {
  await db
    .updateTable('factors')
    .set({ secret_sealed: sealed })
    .where('id', '=', id)
    .where('secret_sealed', '=', old)
    .execute()
}

/** The passkey with this id, whoever has it. */
export async function findPasskey(db: Executor, credentialId: string): Promise<FactorRow | undefined> {
  return db.selectFrom('factors').selectAll().where('credential_id', '=', credentialId).executeTakeFirst()
}

/** Writes the use of a passkey down, unless it was used meanwhile: of two copies with one counter, one gets on. */
export async function usePasskey(
  db: Executor,
  id: string,
  before: number,
  used: Pick<FactorRow, 'sign_count' | 'backed_up' | 'last_used_at'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('factors')
    .set(used)
    .where('id', '=', id)
    .where('sign_count', '=', before)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
