import type { Context } from '../../platform/context.ts'
import { passwordHashOf } from './credentials-store.ts'
import { lockUser } from './store.ts'

/**
 * Whether somebody whose password was just found to match `passwordHash` may still sign in: the account is there and
 * not disabled, the password is the same. Holds the account until the transaction ends, so that what disables it, or
 * changes the password, also ends the session that is opened meanwhile.
 */
export async function confirmSignIn(ctx: Context, userId: string, passwordHash: string): Promise<boolean> {
  const row = await lockUser(ctx.db, userId)
  if (row === undefined || row.disabled_at !== null) return false
  return (await passwordHashOf(ctx.db, userId)) === passwordHash
}
