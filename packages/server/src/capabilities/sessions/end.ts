import type { Context } from '../../context.ts'
import { digestOf, looksLikeOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import { revoke } from '../revocations/index.ts'
import { lockSessionOfToken } from './chain-store.ts'
import type { EndReason } from './schema.ts'
import { markEnded, markEndedOf } from './store.ts'

/**
 * Ends a session: its refresh tokens and access tokens are refused from the moment that this commits.
 * Returns whether it was this call that ended it.
 */
export async function endSession(ctx: Context, sessionId: string, reason: EndReason): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const ended = await markEnded(ctx.db, sessionId, reason, ctx.clock.now())
    if (ended) await revoke(ctx, { type: 'session-revoked', session: sessionId })
    return ended
  })
}

/** Ends a session because its user, or the holder of its token, signs out; returns whether it was this call that ended it. */
export async function signOutOf(ctx: Context, sessionId: string, userId: string): Promise<boolean> {
  return inTransaction(ctx, async (ctx) => {
    const ended = await endSession(ctx, sessionId, 'signed_out')
    if (ended) {
      const actor = { kind: 'user', id: userId } as const
      const detail = { session: sessionId }
      await record(ctx, { actor, action: 'session.signed_out', target: userId, grant: sessionId, detail })
    }
    return ended
  })
}

/**
 * Ends the session that a refresh token belongs to (RFC 7009): its holder might as well use it. Returns
 * whether there was one to end.
 */
export async function endSessionOfToken(ctx: Context, token: string): Promise<boolean> {
  if (!looksLikeOpaqueToken(token)) return false
  return inTransaction(ctx, async (ctx) => {
    const session = await lockSessionOfToken(ctx.db, digestOf(token))
    return session === undefined ? false : signOutOf(ctx, session.id, session.user_id)
  })
}

/** Ends every session of a user but `except`; returns the ids of those that it ended. */
export async function endSessionsOf(
  ctx: Context,
  userId: string,
  reason: EndReason,
  options: { except?: string | undefined } = {},
): Promise<string[]> {
  const { except } = options
  return inTransaction(ctx, async (ctx) => {
    const ended = await markEndedOf(ctx.db, userId, reason, ctx.clock.now(), except)
    if (except !== undefined && ended.length <= maxEntries) {
      for (const session of ended) await revoke(ctx, { type: 'session-revoked', session })
    } else if (ended.length > 0) {
      const type = reason === 'password_changed' ? 'credential-change' : 'session-revoked'
      await revoke(ctx, { type, user: userId })
    }
    return ended
  })
}

/** Sessions with an entry each; beyond that the user has one, and the session that goes on has to refresh. */
const maxEntries = 20
