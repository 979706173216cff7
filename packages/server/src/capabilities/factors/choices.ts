import type { Context } from '../../context.ts'
import { recoveryCodesOf } from './recovery-store.ts'
import type { FactorChoice } from './schema.ts'

/** What a user with factors of these kinds can prove a second step with. */
export async function choicesOf(
  ctx: Context,
  userId: string,
  kinds: readonly string[],
): Promise<FactorChoice[]> {
  const { left } = await recoveryCodesOf(ctx.db, userId)
  const choices = (['totp', 'passkey'] as const).filter((kind) => kinds.includes(kind))
  return left > 0 ? [...choices, 'recovery_code'] : choices
}
