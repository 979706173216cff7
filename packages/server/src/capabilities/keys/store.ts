import type { Selectable } from 'kysely'
import type { KeyUse } from '../../instance.ts'
import type { Executor } from '../../platform/db/executor.ts'
import type { KeysTable } from './schema.ts'

export type KeyRow = Selectable<KeysTable>

/** Every key that ever was, newest first. */
export async function allKeys(db: Executor): Promise<KeyRow[]> {
  return db.selectFrom('keys').selectAll().orderBy('signs_from', 'desc').orderBy('kid').execute()
}

/** Keys after one in that order, newest first. */
export async function keysAfter(
  db: Executor,
  after: Pick<KeyRow, 'signs_from' | 'kid'> | undefined,
  limit: number,
): Promise<KeyRow[]> {
  let query = db.selectFrom('keys').selectAll().orderBy('signs_from', 'desc').orderBy('kid').limit(limit)
  if (after !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('signs_from', '<', after.signs_from),
        eb.and([eb('signs_from', '=', after.signs_from), eb('kid', '>', after.kid)]),
      ]),
    )
  }
  return query.execute()
}

export async function findKey(db: Executor, kid: string): Promise<KeyRow | undefined> {
  return db.selectFrom('keys').selectAll().where('kid', '=', kid).executeTakeFirst()
}

/** Drops one key, private part included. */
export async function revokeKey(db: Executor, kid: string, now: number): Promise<void> {
  await db.updateTable('keys').set({ revoked_at: now, private_sealed: null }).where('kid', '=', kid).execute()
}

/** The keys whose signatures are still good at `now`, newest first. */
export async function publishedKeys(db: Executor, now: number): Promise<KeyRow[]> {
  return db
    .selectFrom('keys')
    .selectAll()
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('published_until', 'is', null), eb('published_until', '>', now)]))
    .orderBy('signs_from', 'desc')
    .orderBy('kid')
    .execute()
}

/** The key that no other is to follow yet: it signs, or is about to. */
export async function newestKey(db: Executor, use: KeyUse): Promise<KeyRow | undefined> {
  return db
    .selectFrom('keys')
    .selectAll()
    .where('use', '=', use)
    .where('revoked_at', 'is', null)
    .where('signs_until', 'is', null)
    .orderBy('signs_from', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function insertKey(db: Executor, row: KeyRow): Promise<void> {
  await db.insertInto('keys').values(row).execute()
}

export async function endSigning(
  db: Executor,
  kid: string,
  signsUntil: number,
  publishedUntil: number | null,
): Promise<void> {
  await db
    .updateTable('keys')
    .set({ signs_until: signsUntil, published_until: publishedUntil })
    .where('kid', '=', kid)
    .execute()
}

/** Drops every key of `use` that still counts, private part included; returns their names. */
export async function revokePublished(db: Executor, use: KeyUse, now: number): Promise<string[]> {
  const dropped = await db
    .updateTable('keys')
    .set({ revoked_at: now, private_sealed: null })
    .where('use', '=', use)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('published_until', 'is', null), eb('published_until', '>', now)]))
    .returning('kid')
    .execute()
  return dropped.map((row) => row.kid)
}

/**
 * Destroys the private part of keys that stopped signing before `before`: nobody needs it any more. That of an audit key
 * stays, since it shows that the public part was not put there by somebody who can write to the database only.
 */
export async function destroyPrivateParts(db: Executor, before: number): Promise<void> {
  await db
    .updateTable('keys')
    .set({ private_sealed: null })
    .where('private_sealed', 'is not', null)
    .where('use', '!=', 'audit')
    .where('signs_until', '<', before)
    .execute()
}

export async function replaceSealed(db: Executor, kid: string, sealed: string): Promise<void> {
  await db.updateTable('keys').set({ private_sealed: sealed }).where('kid', '=', kid).execute()
}
