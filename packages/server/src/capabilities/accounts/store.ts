import { type Selectable, type SelectQueryBuilder, sql, type Updateable } from 'kysely'
import { chunksOf } from '../../platform/db/chunks.ts'
import type { Executor } from '../../platform/db/executor.ts'
import { readList } from '../../platform/db/lists.ts'
import { forUpdate } from '../../platform/db/locks.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { Tables } from '../../platform/db/tables.ts'
import { listFactorKindsOf } from '../factors/index.ts'
import type { SignInKey } from '../identifiers/index.ts'
import { joinHash, selectHash, selectMustChange } from '../passwords/index.ts'
import { listRolesOf } from '../roles/index.ts'
import type { UsersTable } from './schema.ts'

export type UserRow = Selectable<UsersTable>

/** Adds a user; false, and nothing added, when the username is taken. */
export async function insertUser(db: Executor, row: UserRow): Promise<boolean> {
  const inserted = await db
    .insertInto('users')
    .values(row)
    .onConflict((conflict) => conflict.column('username_key').doNothing())
    .executeTakeFirst()
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n
}

export async function findById(db: Executor, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Every column of a user, each by its name. */
const userColumns = [
  'users.id',
  'users.username',
  'users.username_folded',
  'users.username_key',
  'users.email',
  'users.email_key',
  'users.email_verified_at',
  'users.pending_email',
  'users.disabled_at',
  'users.created_at',
  'users.updated_at',
] as const

/** A user by id, as a part of a query. */
export const selectUser = (db: Executor, id: string) => db.selectFrom('users').where('users.id', '=', id)

const withRoles = prepared(({ id }: { id: string }, db) =>
  selectUser(db, id).select([...userColumns, listRolesOf(db, id).as('roles')]),
)

/** A user with their roles, sorted, in one statement. */
export async function findWithRoles(
  db: Executor,
  id: string,
): Promise<{ row: UserRow; roles: string[] } | undefined> {
  const [row] = await withRoles(db, { id })
  return row && { row, roles: readList(row.roles) }
}

/** A user with what a sign-in has to know of them. */
export interface SignInRow {
  readonly row: UserRow
  /** Sorted. */
  readonly roles: readonly string[]
  /** Undefined for a user without a password. */
  readonly passwordHash: string | undefined
  /** Whether the user has to replace the password. */
  readonly mustChangePassword: boolean
  /** The kinds of the user's second factors, sorted. */
  readonly factors: readonly string[]
}

const selectForSignIn = (db: Executor) => {
  const id = sql.ref<string>('users.id')
  return db
    .selectFrom('users')
    .select([
      ...userColumns,
      selectHash(db, id).as('password_hash'),
      selectMustChange(db, id).as('must_change'),
      listFactorKindsOf(db, id).as('factors'),
      listRolesOf(db, id).as('roles'),
    ])
}

const byUsername = prepared(({ key }: { key: string }, db) =>
  selectForSignIn(db).where('users.username_key', '=', key),
)

const byVerifiedEmail = prepared(({ key }: { key: string }, db) =>
  selectForSignIn(db).where('users.email_key', '=', key).where('users.email_verified_at', 'is not', null),
)

/** The user who signs in by this key. */
export async function readForSignIn(db: Executor, key: SignInKey): Promise<SignInRow | undefined> {
  const [row] =
    'usernameKey' in key
      ? await byUsername(db, { key: key.usernameKey })
      : await byVerifiedEmail(db, { key: key.emailKey })
  return row && toSignInRow(row)
}

/** The user with this id, with what a sign-in has to know of them. */
export async function readByIdForSignIn(db: Executor, id: string): Promise<SignInRow | undefined> {
  const row = await selectForSignIn(db).where('users.id', '=', id).executeTakeFirst()
  return row && toSignInRow(row)
}

type ReadForSignIn = UserRow & {
  readonly password_hash: string | null
  readonly must_change: number | null
  readonly factors: string | null
  readonly roles: string | null
}

const toSignInRow = (row: ReadForSignIn): SignInRow => ({
  row,
  roles: readList(row.roles),
  passwordHash: row.password_hash ?? undefined,
  mustChangePassword: row.must_change === 1,
  factors: readList(row.factors),
})

const lockedPassword = prepared(({ id }: { id: string }, db) =>
  selectUser(db, id).select('users.disabled_at').$call(joinHash).$call(forUpdate(db)),
)

/**
 * The hash of a user's password; undefined for a disabled user, or one without a password. User and password stay as
 * they are until the transaction ends.
 */
export async function lockPassword(db: Executor, userId: string): Promise<string | undefined> {
  const [row] = await lockedPassword(db, { id: userId })
  return row?.disabled_at === null ? row.password_hash : undefined
}

export async function findByUsernameKey(db: Executor, key: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('username_key', '=', key).executeTakeFirst()
}

/** The id of the user who has verified the address with this key. */
export async function holderOfVerified(db: Executor, emailKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where('email_key', '=', emailKey)
    .where('email_verified_at', 'is not', null)
    .executeTakeFirst()
  return row?.id
}

/**
 * The account that a mailbox opens: the one that has verified the address, else the first that claimed it; never a
 * disabled one.
 */
export async function ownerOfAddress(db: Executor, emailKey: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where('email_key', '=', emailKey)
    .where('disabled_at', 'is', null)
    .orderBy((eb) => eb.case().when('email_verified_at', 'is', null).then(1).else(0).end())
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

export async function anyUser(db: Executor): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

export interface UserSearch {
  /** The last id of the page before. */
  after: string | undefined
  /** Case-folded text that the username contains. */
  containing: string | undefined
  limit: number
}

/** Users in the order in which they signed up. */
export async function findUsers(db: Executor, search: UserSearch): Promise<UserRow[]> {
  let query = db.selectFrom('users').selectAll().orderBy('id').limit(search.limit)
  if (search.after !== undefined) query = query.where('id', '>', search.after)
  if (search.containing !== undefined) {
    const pattern = `%${escapeLike(search.containing)}%`
    query = query.where(sql<boolean>`username_folded like ${pattern} escape '\\'`)
  }
  return query.execute()
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

/**
 * Marks the row as changed, which makes other transactions that change it wait until this one ends; gives what was
 * committed before.
 */
export async function lockUser(db: Executor, id: string): Promise<UserRow | undefined> {
  return db
    .updateTable('users')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** At most two of those whose ids `among` selects and who are not disabled, `preferred` before any other. */
export async function firstEnabledOf(
  db: Executor,
  among: SelectQueryBuilder<Tables, 'user_roles', { user_id: string }>,
  preferred: string,
): Promise<{ id: string }[]> {
  return db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', among)
    .where('disabled_at', 'is', null)
    .orderBy((eb) => eb.case().when('id', '=', preferred).then(0).else(1).end())
    .limit(2)
    .execute()
}

export async function changeUser(db: Executor, id: string, changes: Updateable<UsersTable>): Promise<void> {
  await db.updateTable('users').set(changes).where('id', '=', id).execute()
}

export async function removeUser(db: Executor, id: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', id).execute()
}

/** Adds users, and gives the ids of those whose id, username and verified address were free. */
export async function insertUsers(db: Executor, rows: readonly UserRow[]): Promise<Set<string>> {
  const inserted = new Set<string>()
  for (const part of chunksOf(rows)) {
    const added = await db
      .insertInto('users')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute()
    for (const { id } of added) inserted.add(id)
  }
  return inserted
}

/** Those of the ids, username keys and verified addresses that users have. */
export async function holdersOfAny<
  Keys extends Readonly<Record<'ids' | 'usernameKeys' | 'emailKeys', readonly string[]>>,
>(
  db: Executor,
  { ids, usernameKeys, emailKeys }: Keys,
): Promise<Record<'ids' | 'usernameKeys' | 'emailKeys', Set<string>>> {
  const among = async (
    column: 'id' | 'username_key' | 'email_key',
    keys: readonly string[],
  ): Promise<Set<string>> => {
    const found = new Set<string>()
    for (const part of chunksOf(keys)) {
      const query = db.selectFrom('users').select(`${column} as key`).where(column, 'in', part)
      const rows = await (column === 'email_key'
        ? query.where('email_verified_at', 'is not', null)
        : query
      ).execute()
      for (const { key } of rows) found.add(key ?? '')
    }
    return found
  }
  return {
    ids: await among('id', ids),
    usernameKeys: await among('username_key', usernameKeys),
    emailKeys: await among('email_key', emailKeys),
  }
}
