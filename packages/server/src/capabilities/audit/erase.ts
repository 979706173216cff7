import type { Context } from '../../context.ts'
import { eraseDetailsOf } from './store.ts'

/**
 * Erases from the audit log what it says about a person: details, and where they were. The events stay, with the
 * account's id, which says nothing once the account is gone. Part of the transaction that `ctx` is.
 */
export async function eraseAuditDetails(ctx: Context, userId: string): Promise<void> {
  await eraseDetailsOf(ctx.db, userId)
}
