import type { Context } from '../../platform/context.ts'
import { digestOf, looksLikeOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { lockSessionOfToken } from './chain-store.ts'
import { signOutOf } from './end.ts'

/**
 * Ends the session that a refresh token belongs to (RFC 7009): whoever has the token might as well use it. Gives
 * whether there was one to end.
 */
export async function endSessionOfToken(ctx: Context, token: string): Promise<boolean> {
  if (!looksLikeOpaqueToken(token)) return false
  return inTransaction(ctx, async (ctx) => {
    const session = await lockSessionOfToken(ctx.db, digestOf(token))
    return session === undefined ? false : signOutOf(ctx, session.id, session.user_id)
  })
}
