import type { Actor, Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { dropKey, type KeyDescription, type RotateOptions, rotateKeys } from '../keys/index.ts'
import { lockPower, requirePermission } from '../roles/index.ts'

/**
 * Rotates keys for an actor with `keys:write`.
 *
 * @throws Forbidden, AudienceRequired (403), and what `rotateKeys` throws (422)
 */
export async function rotateKeysFor(
  ctx: Context,
  actor: Actor,
  options: RotateOptions,
): Promise<KeyDescription> {
  return withPermission(ctx, actor, (ctx) => rotateKeys(ctx, options, actor))
}

/**
 * Drops a published key for an actor with `keys:write`.
 *
 * @throws Forbidden, AudienceRequired (403), and what `dropKey` throws (404, 409)
 */
export async function dropKeyFor(ctx: Context, actor: Actor, kid: string): Promise<void> {
  await withPermission(ctx, actor, (ctx) => dropKey(ctx, kid, actor))
}

/** In one transaction, so that an actor demoted meanwhile changes no key. */
function withPermission<T>(ctx: Context, actor: Actor, change: (ctx: Context) => Promise<T>): Promise<T> {
  return inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'keys:write')
    return change(ctx)
  })
}
