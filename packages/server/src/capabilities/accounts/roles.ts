import type { Actor, Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import { revoke } from '../revocations/index.ts'
import {
  adminRole,
  lockPower,
  replaceRolesOf,
  requireGrantable,
  requirePermission,
  requireWithinPower,
} from '../roles/index.ts'
import { missing, requireOtherAdministrator } from './access.ts'
import { toUser, type User } from './read.ts'
import { lockUser } from './store.ts'

/**
 * Sets a user's roles. The actor needs `roles:write` and every permission of the roles before and after.
 *
 * @throws InvalidInput (422) for an unknown role, LastAdministrator (409), Forbidden (403), UserNotFound (404)
 */
export async function setRoles(
  ctx: Context,
  actor: Actor,
  userId: string,
  names: readonly string[],
): Promise<User> {
  const roles = [...new Set(names)].sort()
  return inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'roles:write')
    const row = await lockUser(ctx.db, userId)
    if (row === undefined) throw await missing(ctx, actor, userId)
    await requireWithinPower(ctx, actor, userId)
    await requireGrantable(ctx, actor, roles)
    if (!roles.includes(adminRole)) await requireOtherAdministrator(ctx, userId)
    const before = (await toUser(ctx, row)).roles
    if (before.join() !== roles.join()) {
      await replaceRolesOf(ctx.db, userId, roles)
      await revoke(ctx, { type: 'token-claims-change', user: userId })
      await record(ctx, { actor, action: 'user.roles', target: userId, detail: { before, roles } })
    }
    return toUser(ctx, row)
  })
}
