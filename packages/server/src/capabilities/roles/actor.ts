import type { Auth } from '@gatehouse/guard/hono'
import type { ClientActor, Context, UserActor } from '../../context.ts'
import { actorOf } from '../grants/index.ts'
import { SessionEnded } from '../sessions/index.ts'

/**
 * The actor behind a token that the guard accepted.
 *
 * @throws SessionEnded (`session_ended`, 401) if its grant has ended since
 */
export async function actorFor(
  ctx: Context,
  { claims }: Pick<Auth, 'claims'>,
): Promise<UserActor | ClientActor> {
  const actor = await actorOf(ctx, claims)
  if (actor === undefined) throw new SessionEnded()
  return actor
}
