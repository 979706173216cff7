import type { Actor, Context } from '../../context.ts'
import { isSelf, openForChange, requireRecentSignIn } from '../accounts/index.ts'
import { choicesOf, type FactorRow, factorsOf, StepUpRequired } from '../factors/index.ts'
import { Forbidden } from '../roles/index.ts'
import { liveSession, type Session, SessionEnded } from '../sessions/index.ts'

/** An account whose factors are to change. */
export interface OpenedAccount {
  readonly user: Awaited<ReturnType<typeof openForChange>>
  readonly factors: readonly FactorRow[]
  /** The session that it is changed in. */
  readonly session: Session
}

/**
 * Opens the actor's own account for a change of its factors, in this transaction: whoever finds a session open must
 * not make it theirs. So the sign-in is at most ten minutes old, and used a factor where there is one.
 *
 * @throws Forbidden (403) for another's account, RecentSignInRequired, StepUpRequired, SessionEnded (401)
 */
export async function openOwnFactors(ctx: Context, actor: Actor, userId: string): Promise<OpenedAccount> {
  if (!isSelf(actor, userId)) throw new Forbidden()
  requireRecentSignIn(ctx, actor)
  const user = await openForChange(ctx, actor, userId, 'factors:write')
  const factors = await factorsOf(ctx.db, userId)
  const session = await liveSession(ctx, actor.session, actor.id)
  if (session === undefined) throw new SessionEnded()
  if (session.acr === 'pwd' && factors.length > 0) {
    const kinds = factors.map(({ kind }) => kind)
    throw new StepUpRequired('mfa', await choicesOf(ctx, userId, kinds))
  }
  return { user, factors, session }
}
