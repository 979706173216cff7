import type { Context } from '../../context.ts'
import type { Removed } from '../mail/index.ts'
import { deleteRecoveryCodes } from './recovery-store.ts'
import { deleteFactorsOf } from './store.ts'

/**
 * Removes every factor and recovery code of a user, in the transaction that `ctx` is, and returns what there was, as
 * messages name it. Sessions go on.
 */
export async function removeAllFactors(ctx: Context, userId: string): Promise<Removed[]> {
  const kinds = (await deleteFactorsOf(ctx.db, userId)).map(({ kind }) => kind)
  const codes = await deleteRecoveryCodes(ctx.db, userId)
  return [
    ...(kinds.includes('totp') ? (['totp'] as const) : []),
    ...(kinds.includes('passkey') ? (['passkeys'] as const) : []),
    ...(codes ? (['recovery_codes'] as const) : []),
  ]
}
