import type { Auth } from '@gatehouse/guard/hono'
import type { Actor, Context } from '../../platform/context.ts'
import { actorOf, SessionEnded } from '../sessions/index.ts'

/**
 * Who acts with the token that a guard has let in.
 *
 * @throws SessionEnded (`session_ended`, 401) where the session has ended since
 */
export async function actorFor(
  ctx: Context,
  { claims }: Pick<Auth, 'claims'>,
): Promise<Actor & { kind: 'user' }> {
  const actor = await actorOf(ctx, claims)
  if (actor === undefined) throw new SessionEnded()
  return actor
}
