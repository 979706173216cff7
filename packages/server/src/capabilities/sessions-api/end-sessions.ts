import type { Actor, Context, UserActor } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import type { Page, PageRequest } from '../../platform/paging.ts'
import { requireUser } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { lockPower, requirePermission, requireWithinPower } from '../roles/index.ts'
import {
  endSession,
  endSessionsOf,
  listSessions,
  liveSession,
  type Session,
  SessionNotFound,
} from '../sessions/index.ts'

/**
 * A page of a user's live sessions, newest first. Whether the actor may see them is for the caller to check.
 *
 * @throws UserNotFound (404) with `users:read`, else Forbidden (403); InvalidInput (422) for a cursor of another list
 */
export async function sessionsOf(
  ctx: Context,
  actor: Actor,
  userId: string,
  page: PageRequest,
): Promise<Page<Session>> {
  if (!isOwn(actor, userId)) await requireUser(ctx, actor, userId)
  return listSessions(ctx, userId, page)
}

/**
 * Ends one session of a user: one's own, or with `sessions:write` that of somebody who holds no more.
 *
 * @throws SessionNotFound (`session_not_found`, 404), Forbidden, AudienceRequired (403)
 */
export async function endOneSession(
  ctx: Context,
  actor: Actor,
  userId: string,
  sessionId: string,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await requireOwnOrPower(ctx, actor, userId)
    if ((await liveSession(ctx, sessionId, userId)) === undefined) throw new SessionNotFound()
    if (!(await endSession(ctx, sessionId, reasonFor(actor, userId)))) throw new SessionNotFound()
    await record(ctx, { actor, action: 'session.ended', target: userId, detail: { session: sessionId } })
  })
}

/**
 * Ends every session of a user ("sign out everywhere"), the current one included.
 *
 * @throws UserNotFound (404) with `users:read`, else Forbidden (403); AudienceRequired (403)
 */
export async function endEverySession(ctx: Context, actor: Actor, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await requireOwnOrPower(ctx, actor, userId)
    if (!isOwn(actor, userId)) await requireUser(ctx, actor, userId)
    const ended = await endSessionsOf(ctx, userId, reasonFor(actor, userId))
    await record(ctx, { actor, action: 'session.all_ended', target: userId, detail: { ended: ended.length } })
  })
}

/** Ends all of a user's own sessions but the one that they ask in. */
export async function endOtherSessions(ctx: Context, actor: UserActor): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const ended = await endSessionsOf(ctx, actor.id, 'ended_by_user', { except: actor.session })
    const detail = { ended: ended.length }
    await record(ctx, { actor, action: 'session.all_ended', target: actor.id, detail })
  })
}

function isOwn(actor: Actor, userId: string): boolean {
  return actor.kind === 'user' && actor.id === userId
}

async function requireOwnOrPower(ctx: Context, actor: Actor, userId: string): Promise<void> {
  if (isOwn(actor, userId)) return
  await lockPower(ctx)
  await requirePermission(ctx, actor, 'sessions:write')
  await requireWithinPower(ctx, actor, userId)
}

function reasonFor(actor: Actor, userId: string) {
  return isOwn(actor, userId) ? 'ended_by_user' : 'ended_by_administrator'
}
