import type { Context } from '../../platform/context.ts'
import { adminRole, holdersOf } from '../roles/index.ts'
import { LastAdministrator } from './errors.ts'
import { firstEnabledOf } from './store.ts'

/**
 * Refuses to let the last administrator who can sign in go. Part of a transaction that has taken `lockPower`, so that two of
 * them cannot go at once, each counting on the other.
 *
 * @throws LastAdministrator (`last_administrator`, 409)
 */
export async function requireOtherAdministrator(ctx: Context, userId: string): Promise<void> {
  const [first, second] = await firstEnabledOf(ctx.db, holdersOf(ctx.db, adminRole), userId)
  if (first?.id === userId && second === undefined) throw new LastAdministrator()
}
