import type { Context } from '../../platform/context.ts'
import { eraseOldSuccessors } from './chain-store.ts'
import { idleSince, isLive, keepOver, replayWindow, touchEvery } from './lifetimes.ts'
import type { Session } from './schema.ts'
import { deleteOver, findSession, toSession, touchSession } from './store.ts'

/** The session named by `sid`, if it is one of `sub` and goes on; being asked for counts as being used. */
export async function liveSession(ctx: Context, sid: string, sub: string): Promise<Session | undefined> {
  const row = await findSession(ctx.db, sid)
  const now = ctx.clock.now()
  if (row === undefined || row.user_id !== sub || !isLive(row, ctx.config, now)) return undefined
  if (row.last_seen_at < now - touchEvery) await touchSession(ctx.db, sid, now, now - touchEvery)
  return toSession(row)
}

/** Whether the session named by `sid` is one of `sub` and goes on. */
export async function sessionStanding(ctx: Context, sid: string, sub: string): Promise<'live' | 'ended'> {
  return (await liveSession(ctx, sid, sub)) === undefined ? 'ended' : 'live'
}

/**
 * Erases sealed successors whose time is over, and sessions that have been over for a month. Meant to be called every
 * minute or so, by any number of instances; takes a bounded bite each time.
 */
export async function sweepSessions(ctx: Context): Promise<void> {
  const before = ctx.clock.now() - keepOver
  await eraseOldSuccessors(ctx.db, replayWindow)
  await deleteOver(ctx.db, before, idleSince(ctx.config, before), 500)
}
