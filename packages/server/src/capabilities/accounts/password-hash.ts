import type { Context } from '../../platform/context.ts'
import { replacePasswordHash } from './credentials-store.ts'

/**
 * Replaces the hash of a password that stays the same (other parameters, seen at sign-in). With `replacing`, only
 * where that is still the one there: a password changed meanwhile is left alone. Gives whether it was replaced.
 */
export async function setPasswordHash(
  ctx: Context,
  userId: string,
  hash: string,
  options: { replacing?: string } = {},
): Promise<boolean> {
  return replacePasswordHash(ctx.db, userId, { hash, replacing: options.replacing, now: ctx.clock.now() })
}
