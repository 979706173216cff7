import { sql } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { readList } from '../../platform/db/lists.ts'
import { forUpdate } from '../../platform/db/locks.ts'
import { prepared } from '../../platform/db/prepared.ts'
import { listRolesOf } from '../roles/index.ts'
import { selectUser, type UserRow, userColumns } from './store.ts'

/** A user with what a sign-in needs to know of them. */
export interface SignInRow {
  readonly row: UserRow
  /** Sorted. */
  readonly roles: readonly string[]
  readonly passwordHash: string
}

const selectForSignIn = (db: Executor) =>
  db
    .selectFrom('users')
    .innerJoin('credentials', 'credentials.user_id', 'users.id')
    .select([...userColumns, 'credentials.password_hash', listRolesOf(db, sql.ref('users.id')).as('roles')])

const byUsername = prepared(({ key }: { key: string }, db) =>
  selectForSignIn(db).where('users.username_key', '=', key),
)

const byVerifiedEmail = prepared(({ key }: { key: string }, db) =>
  selectForSignIn(db).where('users.email_key', '=', key).where('users.email_verified_at', 'is not', null),
)

/** Who signs in by this name. */
export async function readForSignIn(
  db: Executor,
  name: { readonly usernameKey: string } | { readonly emailKey: string },
): Promise<SignInRow | undefined> {
  const [row] =
    'usernameKey' in name
      ? await byUsername(db, { key: name.usernameKey })
      : await byVerifiedEmail(db, { key: name.emailKey })
  return row && { row, roles: readList(row.roles), passwordHash: row.password_hash }
}

const lockedPassword = prepared(({ id }: { id: string }, db) =>
  selectUser(db, id)
    .innerJoin('credentials', 'credentials.user_id', 'users.id')
    .select(['users.disabled_at', 'credentials.password_hash'])
    .$call(forUpdate(db)),
)

/** The hash of a user's password, unless they are disabled; user and password stay as they are until the transaction ends. */
export async function lockPassword(db: Executor, userId: string): Promise<string | undefined> {
  const [row] = await lockedPassword(db, { id: userId })
  return row?.disabled_at === null ? row.password_hash : undefined
}
