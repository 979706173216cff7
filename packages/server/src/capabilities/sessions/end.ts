import type { Context } from '../../platform/context.ts'
import type { EndReason } from './schema.ts'
import { markEnded, markEndedOf } from './store.ts'

/**
 * Ends a session: its refresh tokens and access tokens are refused from the moment that this commits.
 * Gives whether it was this call that ended it.
 */
export async function endSession(ctx: Context, sessionId: string, reason: EndReason): Promise<boolean> {
  return markEnded(ctx.db, sessionId, reason, ctx.clock.now())
}

/** Ends every session of a user, but `except`; gives the ids of those that it ended. */
export async function endSessionsOf(
  ctx: Context,
  userId: string,
  reason: EndReason,
  options: { except?: string | undefined } = {},
): Promise<string[]> {
  return markEndedOf(ctx.db, userId, reason, ctx.clock.now(), options.except)
}
