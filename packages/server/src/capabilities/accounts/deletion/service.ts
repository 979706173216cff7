import { settingsOf } from '../../../config/setting.ts'
import type { Actor, Context } from '../../../context.ts'
import { scrub } from '../../../platform/db/scrub.ts'
import { inTransaction } from '../../../platform/db/transaction.ts'
import { record } from '../../audit/index.ts'
import { createChallenge, withdrawChallenges } from '../../challenges/index.ts'
import { pageLink, queueMail } from '../../mail/index.ts'
import { lockPower } from '../../roles/index.ts'
import { endSessionsOf } from '../../sessions/index.ts'
import { isSelf, openForChange, requireOtherAdministrator, requireRecentSignIn } from '../access.ts'
import { eraseUser } from '../erase.ts'
import { accountSettings } from '../settings.ts'
import { changeUser, type UserRow } from '../store.ts'
import type { DeletionsTable } from './schema.ts'
import { findDeletion, insertDeletion, removeDeletion } from './store.ts'

/** When an account is erased: in milliseconds since the epoch; undefined if it is already. */
export interface Deletion {
  readonly dueAt: number | undefined
}

/**
 * Deletes an account with everything that belongs to it: the actor's own within ten minutes of a sign-in, or, with
 * `users:write`, that of a user who holds nothing that the actor lacks. Its sessions end at once. Without
 * GATEHOUSE_DELETION_GRACE, or with `now`, it is erased at once, too, and its username free; otherwise nobody can sign in
 * to it until then, and `cancelDeletion` brings it back. The audit trail stays, without details.
 *
 * @throws LastAdministrator (409), RecentSignInRequired (401), Forbidden (403), UserNotFound (404)
 */
export async function deleteUser(
  ctx: Context,
  actor: Actor,
  userId: string,
  options: { readonly now?: boolean } = {},
): Promise<Deletion> {
  if (isSelf(actor, userId)) requireRecentSignIn(ctx, actor)
  const grace = settingsOf(ctx.config, accountSettings).deletionGrace * 1000
  const deletion = await inTransaction(ctx, async (ctx): Promise<Deletion> => {
    await lockPower(ctx)
    const row = await openForChange(ctx, actor, userId, 'users:write')
    await requireOtherAdministrator(ctx, userId)
    await endSessionsOf(ctx, userId, 'user_deleted')
    if (grace > 0 && options.now !== true) return { dueAt: await schedule(ctx, actor, row, grace) }
    await record(ctx, { actor, action: 'user.deleted', target: userId })
    await eraseUser(ctx, row)
    return { dueAt: undefined }
  })
  if (deletion.dueAt === undefined) await scrub(ctx.db)
  return deletion
}

/** Disables the account until it is erased; what is scheduled already stays as it is. */
async function schedule(ctx: Context, actor: Actor, row: UserRow, grace: number): Promise<number> {
  const before = await findDeletion(ctx.db, row.id)
  if (before !== undefined) return before.due_at
  const now = ctx.clock.now()
  const isOwner = isSelf(actor, row.id)
  const deletion: DeletionsTable = {
    user_id: row.id,
    requested_at: now,
    requested_by: isOwner ? 'owner' : 'administrator',
    due_at: now + grace,
  }
  await insertDeletion(ctx.db, deletion)
  if (row.disabled_at === null) await changeUser(ctx.db, row.id, { disabled_at: now, updated_at: now })
  const detail = { due_at: new Date(deletion.due_at).toISOString() }
  await record(ctx, { actor, action: 'user.deletion_scheduled', target: row.id, detail })
  await tell(ctx, row, deletion, grace)
  return deletion.due_at
}

/** Tells the owner, if the address is known to be theirs; the link keeps the account, if they are who asked. */
async function tell(ctx: Context, row: UserRow, deletion: DeletionsTable, grace: number): Promise<void> {
  if (row.email === null || row.email_verified_at === null) return
  const link =
    deletion.requested_by === 'owner'
      ? pageLink(ctx, '/keep-account', await keepingChallenge(ctx, row.id, grace))
      : undefined
  const values = { deletedAt: deletion.due_at, link, name: row.username, at: deletion.requested_at }
  await queueMail(ctx, { to: row.email, message: 'account-deletion', userId: row.id, values })
}

declare module '../../challenges/purposes.ts' {
  interface ChallengePayloads {
    'keep-account': Readonly<Record<string, never>>
  }
}

/** What keeps an account whose owner asked for its deletion: single use. */
export async function keepingChallenge(ctx: Context, userId: string, lifetimeMs: number): Promise<string> {
  const made = await createChallenge(ctx, {
    purpose: 'keep-account',
    subject: userId,
    payload: {},
    lifetimeMs,
  })
  return made.token
}

/**
 * Keeps an account that is to be deleted, with `users:write`: that of a user who holds nothing that the actor lacks. One
 * that is not to be deleted stays as it is.
 *
 * @throws Forbidden (403), UserNotFound (404)
 */
export async function cancelDeletion(ctx: Context, actor: Actor, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    const row = await openForChange(ctx, actor, userId, 'users:write')
    const deletion = await findDeletion(ctx.db, userId)
    if (deletion !== undefined) await keep(ctx, actor, row, deletion)
  })
}

/** Keeps the account, in the transaction that holds its row. It is enabled again unless it was disabled before. */
export async function keep(
  ctx: Context,
  actor: Actor | { readonly kind: 'user'; readonly id: string },
  row: UserRow,
  deletion: DeletionsTable,
): Promise<void> {
  await removeDeletion(ctx.db, row.id)
  await withdrawChallenges(ctx, row.id, { only: ['keep-account'] })
  if (row.disabled_at === deletion.requested_at)
    await changeUser(ctx.db, row.id, { disabled_at: null, updated_at: ctx.clock.now() })
  await record(ctx, { actor, action: 'user.deletion_cancelled', target: row.id })
}
