import type { Context } from '../../../context.ts'
import { record } from '../../audit/index.ts'
import { type EmailAddress, resembledEmailKey } from '../../identifiers/index.ts'
import { holderOfVerified } from '../store.ts'

/**
 * Notes in the audit trail that an account claims an address written with letters that look like Latin ones, and whose
 * verified address it looks like. The address is another one all the same: nothing is merged, and nothing is refused. The
 * caller gets the same answer whether or not an account has the other address.
 */
export async function noteLookalike(
  ctx: Context,
  userId: string,
  { email, key }: EmailAddress,
): Promise<void> {
  const resembled = resembledEmailKey(email)
  if (resembled === undefined || resembled === key) return
  const resembles = (await holderOfVerified(ctx.db, resembled)) ?? null
  const actor = { kind: 'user', id: userId } as const
  await record(ctx, { actor, action: 'email.lookalike', target: userId, detail: { resembles } })
}
