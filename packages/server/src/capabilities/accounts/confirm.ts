import type { Context } from '../../platform/context.ts'
import { lockPassword } from './sign-in-store.ts'

/**
 * Whether the user may still sign in with the password whose hash was checked: checking takes long, and meanwhile
 * they may have been disabled or deleted, or the password changed. Part of the transaction that opens the session, so that
 * whoever ends all sessions of the user comes before it or finds this one.
 */
export async function confirmSignIn(ctx: Context, userId: string, passwordHash: string): Promise<boolean> {
  return (await lockPassword(ctx.db, userId)) === passwordHash
}
