import type { Actor, Context } from '../../platform/context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import { lockPower } from '../roles/index.ts'
import { endSessionsOf } from '../sessions/index.ts'
import { isSelf, openForChange, requireRecentSignIn } from './access.ts'
import { requireOtherAdministrator } from './administrators.ts'
import { removeUser } from './store.ts'

/**
 * Deletes an account with everything that belongs to it: one's own within ten minutes of a sign-in, or, with
 * `users:write`, that of somebody who holds nothing that the actor lacks. Its sessions end and its username is free at
 * once; the audit trail stays.
 *
 * @throws LastAdministrator (409), RecentSignInRequired (401), Forbidden (403), UserNotFound (404)
 */
export async function deleteUser(ctx: Context, actor: Actor, userId: string): Promise<void> {
  if (isSelf(actor, userId)) requireRecentSignIn(ctx, actor)
  await inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    const { username } = await openForChange(ctx, actor, userId, 'users:write')
    await requireOtherAdministrator(ctx, userId)
    await endSessionsOf(ctx, userId, 'user_deleted')
    await removeUser(ctx.db, userId)
    await record(ctx, { actor, action: 'user.deleted', target: userId, detail: { username } })
  })
}
