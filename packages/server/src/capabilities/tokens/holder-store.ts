import type { Executor } from '../../platform/db/executor.ts'
import { readList } from '../../platform/db/lists.ts'
import { prepared } from '../../platform/db/prepared.ts'
import { selectUser } from '../accounts/index.ts'
import { hasUnplaced, newestPlace } from '../revocations/index.ts'
import { listPermissionsOf, listRolesOf } from '../roles/index.ts'

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
  selectUser(db, userId).select([
    'id',
    'username',
    'disabled_at',
    listRolesOf(db, userId).as('roles'),
    listPermissionsOf(db, userId).as('permissions'),
    newestPlace(db).as('place'),
    hasUnplaced(db).as('ahead'),
  ]),
)

/**
 * Everything that a token tells, in one statement: so all of it, and the feed's place, is from the same moment. Nobody's
 * is older than whatever ended them.
 */
export async function viewHolder(db: Executor, userId: string): Promise<HolderView> {
  const [row] = await everything(db, { userId })
  if (row === undefined) return { user: undefined, roles: [], permissions: [], place: 0, ahead: false }
  const { id, username, disabled_at, roles, permissions, place, ahead } = row
  if (place === null) throw new Error('the feed has lost its place')
  return {
    user: { id, username, disabled: disabled_at !== null },
    roles: readList(roles),
    permissions: readList(permissions),
    place,
    ahead: Boolean(ahead),
  }
}
