import type { Actor, Context } from '../../platform/context.ts'
import { isUniqueViolation } from '../../platform/db/errors.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import { forgetDevicesOf } from '../devices/index.ts'
import { lockPower, requirePermission } from '../roles/index.ts'
import { endSessionsOf } from '../sessions/index.ts'
import { isSelf, openForChange, requireMayChange, requireRecentSignIn } from './access.ts'
import { requireOtherAdministrator } from './administrators.ts'
import { replacePasswordHash } from './credentials-store.ts'
import { PasswordChangedMeanwhile, UserNotFound, UsernameTaken } from './errors.ts'
import { readFields } from './fields.ts'
import { type NewPassword, prepareNewPassword } from './new-password.ts'
import { changeUser, findById, findByUsernameKey, type UserRow } from './store.ts'
import { toUser, type User } from './user.ts'

/** What is to be different; everything else stays. */
export interface UserChanges {
  username?: string | undefined
  /** null removes it; any new one is unverified. */
  email?: string | null | undefined
  password?: string | undefined
  /** Needed for one's own new password. */
  currentPassword?: string | undefined
  disabled?: boolean | undefined
}

/**
 * Changes an account: one's own, or, with `users:write`, that of somebody who holds nothing that the actor lacks.
 * What one's own account is got into with can be changed within ten minutes of a sign-in. A new password ends the
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
): Promise<User> {
  await requireMayChange(ctx, actor, userId, 'users:write')
  const { username, email, password } = readFields(changes)
  const changesAccess = username !== undefined || email !== undefined || password !== undefined
  if (isSelf(actor, userId) && changesAccess) requireRecentSignIn(ctx, actor)
  // hashing takes long, and nobody is to wait for it: it comes before the transaction
  const newPassword =
    password === undefined
      ? undefined
      : await prepareNewPassword(ctx, userId, password, {
          username: username?.username,
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
    if (email !== undefined && (email?.email ?? null) !== row.email) {
      Object.assign(set, {
        email: email?.email ?? null,
        email_key: email?.key ?? null,
        email_verified_at: null,
      })
    }
    if (newPassword !== undefined) await replacePassword(ctx, actor, userId, newPassword)
    if (changes.disabled !== undefined && changes.disabled !== (row.disabled_at !== null)) {
      set.disabled_at = await setDisabled(ctx, userId, changes.disabled)
    }
    const changed = [
      ...Object.keys(set).filter((column) => column in reported),
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
    const after = await findById(ctx.db, userId)
    if (after === undefined) throw new UserNotFound()
    return toUser(ctx, after)
  })
}

/** The columns whose change is worth telling, by the names of their fields. */
const reported: Record<string, string> = { username: 'username', email: 'email', disabled_at: 'disabled' }

function nameOf(column: string): string {
  return reported[column] ?? column
}

/** Two may ask for one username at once, each finding it free: the database lets one have it. */
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

async function replacePassword(
  ctx: Context,
  actor: Actor,
  userId: string,
  { hash, replacing }: NewPassword,
): Promise<void> {
  const replaced = await replacePasswordHash(ctx.db, userId, { hash, replacing, now: ctx.clock.now() })
  if (!replaced) throw new PasswordChangedMeanwhile()
  const except = isSelf(actor, userId) ? actor.session : undefined
  // whoever resets a password does not know who signed in with the old one
  if (except === undefined) await forgetDevicesOf(ctx, userId)
  await endSessionsOf(ctx, userId, 'password_changed', { except })
}

async function setDisabled(ctx: Context, userId: string, disabled: boolean): Promise<number | null> {
  if (!disabled) return null
  await requireOtherAdministrator(ctx, userId)
  await endSessionsOf(ctx, userId, 'user_disabled')
  return ctx.clock.now()
}
