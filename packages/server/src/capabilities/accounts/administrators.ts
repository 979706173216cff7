import type { Context } from '../../platform/context.ts'
import { adminRole, holdersOf } from '../roles/index.ts'
import { LastAdministrator } from './errors.ts'

/**
 * Refuses to let the last administrator who can sign in go. Part of a transaction that has taken `lockPower`, so that two of
 * them cannot go at once, each counting on the other.
 *
 * @throws LastAdministrator (`last_administrator`, 409)
 */
export async function requireOtherAdministrator(ctx: Context, userId: string): Promise<void> {
  const administrators = await ctx.db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', holdersOf(ctx.db, adminRole))
    .where('disabled_at', 'is', null)
    // two tell everything: whether the user is one, and whether there is another
    .orderBy((eb) => eb.case().when('id', '=', userId).then(0).else(1).end())
    .limit(2)
    .execute()
  const [first, second] = administrators
  if (first?.id === userId && second === undefined) throw new LastAdministrator()
}
