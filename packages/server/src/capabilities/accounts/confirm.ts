import type { Context } from '../../platform/context.ts'
import { passwordHashOf } from './credentials-store.ts'
import { lockUser } from './store.ts'

/**
 * Whether the user may still sign in with the password whose hash was checked: checking takes long, and meanwhile
 * they may have been disabled or deleted, or the password changed. Part of the transaction that opens the session, so that
 * whoever ends all sessions of the user comes before it or finds this one.
 */
export async function confirmSignIn(ctx: Context, userId: string, passwordHash: string): Promise<boolean> {
  const row = await lockUser(ctx.db, userId)
  if (row === undefined || row.disabled_at !== null) return false
  return (await passwordHashOf(ctx.db, userId)) === passwordHash
}
