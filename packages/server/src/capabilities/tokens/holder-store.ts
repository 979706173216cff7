import type { Executor } from '../../platform/db/executor.ts'
import { prepared } from '../../platform/db/prepared.ts'

/** Whom a token is for as the database knows them, and how new that is. */
export interface HolderView {
  readonly user: { readonly id: string; readonly username: string; readonly disabled: boolean } | undefined
  /** Sorted. */
  readonly roles: readonly string[]
  /** What the roles give, sorted. */
  readonly permissions: readonly string[]
  /** The newest place of the feed. */
  readonly place: number
  /** Whether changes are in view that have no place yet. */
  readonly ahead: boolean
}

const everything = prepared(({ userId }: { userId: string }, db) =>
  db
    .selectFrom('revocation_feed')
    .leftJoin('users', (join) => join.on('users.id', '=', userId))
    .leftJoin('user_roles', 'user_roles.user_id', 'users.id')
    .leftJoin('role_permissions', 'role_permissions.role', 'user_roles.role')
    .select([
      'revocation_feed.seq',
      'users.id',
      'users.username',
      'users.disabled_at',
      'user_roles.role',
      'role_permissions.permission',
      (eb) => eb.exists(eb.selectFrom('revocations').select('id').where('seq', 'is', null)).as('ahead'),
    ]),
)

/** Everything that a token tells, in one statement: so all of it, and the feed's place, is from the same moment. */
export async function viewHolder(db: Executor, userId: string): Promise<HolderView> {
  const rows = await everything(db, { userId })
  const [first] = rows
  if (first === undefined) throw new Error('the feed has lost its place')
  const { id, username, disabled_at, seq, ahead } = first
  return {
    user: id === null || username === null ? undefined : { id, username, disabled: disabled_at !== null },
    roles: distinct(rows.map(({ role }) => role)),
    permissions: distinct(rows.map(({ permission }) => permission)),
    place: seq,
    ahead: Boolean(ahead),
  }
}

const distinct = (names: readonly (string | null)[]): string[] =>
  [...new Set(names)].filter((name) => name !== null).sort()
