import type { Executor } from '../../platform/db/executor.ts'
import { readList } from '../../platform/db/lists.ts'
import { prepared } from '../../platform/db/prepared.ts'
import { selectUser } from '../accounts/index.ts'
import { hasUnsequenced, newestSequence } from '../revocations/index.ts'
import { listPermissionsOf, listRolesOf } from '../roles/index.ts'

/** A user as tokens describe them, and how new that is. */
export interface UserView {
  readonly username: string
  readonly disabled: boolean
  /** Sorted. */
  readonly roles: readonly string[]
  /** Those of the roles, sorted. */
  readonly permissions: readonly string[]
  /** The feed's newest sequence number. */
  readonly sequence: number
  /** Whether changes are in view that have no sequence number yet. */
  readonly incomplete: boolean
}

const everything = prepared(({ userId }: { userId: string }, db) =>
  selectUser(db, userId).select([
    'username',
    'disabled_at',
    listRolesOf(db, userId).as('roles'),
    listPermissionsOf(db, userId).as('permissions'),
    newestSequence(db).as('sequence'),
    hasUnsequenced(db).as('incomplete'),
  ]),
)

/** Everything that a user's token says, in one statement: all of it, and the sequence number, is from the same moment. */
export async function viewUser(db: Executor, userId: string): Promise<UserView | undefined> {
  const [row] = await everything(db, { userId })
  if (row === undefined) return undefined
  const { username, disabled_at, roles, permissions, sequence, incomplete } = row
  if (sequence === null) throw new Error('the feed has lost its sequence number')
  return {
    username,
    disabled: disabled_at !== null,
    roles: readList(roles),
    permissions: readList(permissions),
    sequence,
    incomplete: Boolean(incomplete),
  }
}
