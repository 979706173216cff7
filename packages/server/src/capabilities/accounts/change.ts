import type { Actor, Context } from '../../context.ts'
import { isUniqueViolation } from '../../platform/db/errors.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { readAll } from '../../platform/reading.ts'
import { record } from '../audit/index.ts'
import { readEmail, readUsername } from '../identifiers/index.ts'
import { passwordReader, prepareNewPassword, replacePassword } from '../passwords/index.ts'
import { lockPower, requirePermission } from '../roles/index.ts'
import { endSessionsOf } from '../sessions/index.ts'
import {
  isSelf,
  openForChange,
  requireMayChange,
  requireOtherAdministrator,
  requireRecentSignIn,
} from './access.ts'
import { claimAddress } from './addresses/claim.ts'
import { requireMayWriteTo } from './addresses/limits.ts'
import { findDeletion } from './deletion/store.ts'
import { DeletionScheduled, UserNotFound, UsernameTaken } from './errors.ts'
import { toUser, type User } from './read.ts'
import { changeUser, findById, findByUsernameKey, type UserRow } from './store.ts'

/** What to change; everything else stays. */
export interface UserChanges {
  username?: string | undefined
  /** null removes it; what becomes of a new one, `claimAddress` says. */
  email?: string | null | undefined
  password?: string | undefined
  /** Whether the user has to replace the new password at the next sign-in. Only for somebody else's. */
  mustChangePassword?: boolean | undefined
  /** Required to change one's own password, where there is one. */
  currentPassword?: string | undefined
  disabled?: boolean | undefined
}

/** A user after a change. */
export interface ChangedUser extends User {
  /** What the code belongs to that was sent to a new address. */
  readonly emailChallenge?: string | undefined
}

/**
 * Changes an account: the actor's own, or, with `users:write`, that of a user who holds nothing that the actor lacks.
 * Changing how one's own account is signed in to needs a sign-in at most ten minutes old. A new password ends the
 * user's other sessions, disabling ends all, in the same transaction.
 *
 * @throws InvalidInput (422), UsernameTaken (409), LastAdministrator (409), RecentSignInRequired (401), Forbidden
 *   (403), UserNotFound (404)
 */
export async function updateUser(
  ctx: Context,
  actor: Actor,
  userId: string,
  changes: UserChanges,
): Promise<ChangedUser> {
  await requireMayChange(ctx, actor, userId, 'users:write')
  const { username, email, password } = readAll((read) => ({
    username: read('username', changes.username, readUsername),
    email: changes.email === null ? null : read('email', changes.email, readEmail),
    password: read('password', changes.password, passwordReader(ctx.config)),
  }))
  const changesAccess = username !== undefined || email !== undefined || password !== undefined
  if (isSelf(actor, userId) && changesAccess) requireRecentSignIn(ctx, actor)
  if (email) await requireMayWriteTo(ctx, email.key)
  // hashing takes long: it comes before the transaction, so that nobody waits for it
  const before = password === undefined ? undefined : await findById(ctx.db, userId)
  const newPassword =
    password === undefined
      ? undefined
      : await prepareNewPassword(ctx, userId, password, {
          owner: {
            username: username?.username ?? before?.username ?? '',
            email: email?.email ?? before?.email,
          },
          current: isSelf(actor, userId) ? { password: changes.currentPassword } : undefined,
        })

  return inTransaction(ctx, async (ctx) => {
    // the order of locks is the same for everybody: power, then the account
    if (changes.disabled !== undefined) {
      await lockPower(ctx)
      await requirePermission(ctx, actor, 'users:write')
    }
    const row = await openForChange(ctx, actor, userId, 'users:write')
    const set: Partial<UserRow> = {}
    if (username !== undefined && username.username !== row.username) {
      await requireFree(ctx, username.key, userId)
      Object.assign(set, {
        username: username.username,
        username_folded: username.folded,
        username_key: username.key,
      })
    }
    const claim = email === undefined ? undefined : await claimAddress(ctx, actor, row, email)
    Object.assign(set, claim?.set)
    if (newPassword !== undefined) {
      const own = isSelf(actor, userId)
      const mustChange = !own && changes.mustChangePassword === true
      const by = own ? ({ kind: 'owner', session: actor.session } as const) : ({ kind: 'reset' } as const)
      await replacePassword(ctx, userId, { ...newPassword, mustChange }, by)
    }
    if (changes.disabled !== undefined && changes.disabled !== (row.disabled_at !== null)) {
      set.disabled_at = await setDisabled(ctx, userId, changes.disabled)
    }
    const changed = [
      ...Object.keys(reported).filter((column) => column in set && differs(row, set, column)),
      ...(newPassword ? ['password'] : []),
    ]
    if (changed.length > 0) {
      await change(ctx, userId, { ...set, updated_at: ctx.clock.now() })
      await record(ctx, {
        actor,
        action: 'user.updated',
        target: userId,
        detail: { changed: changed.map(nameOf) },
      })
    }
    const emailChallenge = await claim?.announce(ctx)
    const after = await findById(ctx.db, userId)
    if (after === undefined) throw new UserNotFound()
    return { ...(await toUser(ctx, after)), emailChallenge }
  })
}

/** The columns whose changes are recorded, with the names of their fields. */
const reported: Record<string, string> = {
  username: 'username',
  email: 'email',
  pending_email: 'pending_email',
  disabled_at: 'disabled',
}

const differs = (row: UserRow, set: Partial<UserRow>, column: string): boolean =>
  set[column as keyof UserRow] !== row[column as keyof UserRow]

function nameOf(column: string): string {
  return reported[column] ?? column
}

/** Two requests may find the same username free at once: the database lets one have it. */
async function change(ctx: Context, userId: string, set: Partial<UserRow>): Promise<void> {
  try {
    await changeUser(ctx.db, userId, set)
  } catch (error) {
    throw isUniqueViolation(error, 'username_key') ? new UsernameTaken() : error
  }
}

async function requireFree(ctx: Context, key: string, userId: string): Promise<void> {
  const holder = await findByUsernameKey(ctx.db, key)
  if (holder !== undefined && holder.id !== userId) throw new UsernameTaken()
}

async function setDisabled(ctx: Context, userId: string, disabled: boolean): Promise<number | null> {
  if (!disabled) {
    if ((await findDeletion(ctx.db, userId)) !== undefined) throw new DeletionScheduled()
    return null
  }
  await requireOtherAdministrator(ctx, userId)
  await endSessionsOf(ctx, userId, 'user_disabled')
  return ctx.clock.now()
}
