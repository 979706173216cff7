import type { Context } from '../../context.ts'
import { digestOf, looksLikeOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { eraseOldSuccessors, findSessionOfToken } from './chain-store.ts'
import { idleSince, isLive, keepOver, replayWindow, touchEvery } from './lifetimes.ts'
import type { Session } from './schema.ts'
import {
  deleteOver,
  findSession,
  liveSessionsOf,
  type SessionRow,
  sessionsUsedBetween,
  toSession,
  touchSession,
} from './store.ts'

/** The session with this id, if it is one of `userId` and has not ended; asking for it counts as using it. */
export async function liveSession(ctx: Context, id: string, userId: string): Promise<Session | undefined> {
  const row = await findSession(ctx.db, id)
  const now = ctx.clock.now()
  if (row === undefined || row.user_id !== userId || !isLive(row, ctx.config, now)) return undefined
  if (row.last_seen_at < now - touchEvery) await touchSession(ctx.db, id, now, now - touchEvery)
  return toSession(row)
}

/** The session of the server's own pages that a browser shows this token of, if it has not ended. */
export async function sessionOfPage(ctx: Context, token: string): Promise<Session | undefined> {
  if (!looksLikeOpaqueToken(token)) return undefined
  const row = await findSessionOfToken(ctx.db, digestOf(token))
  if (row === undefined || row.transport !== 'page' || !isLive(row, ctx.config, ctx.clock.now()))
    return undefined
  return toSession(row)
}

/**
 * A page of a user's live sessions, newest first.
 *
 * @throws InvalidInput (422) for a cursor that did not come from here
 */
export async function listSessions(ctx: Context, userId: string, page: PageRequest): Promise<Page<Session>> {
  const list = `sessions:${userId}`
  const before = page.cursor === undefined ? undefined : readCursor(ctx, list, page.cursor)
  const now = ctx.clock.now()
  const live = { now, seenAfter: idleSince(ctx.config, now) }
  const rows = await liveSessionsOf(ctx.db, userId, live, { before, limit: page.limit + 1 })
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, list, row.id))
  return { items: items.map(toSession), next }
}

/**
 * Erases sealed successors whose time is over, and sessions that have been over for a month. Call it every minute or
 * so, from any number of instances; each call does a bounded amount of work.
 */
export async function sweepSessions(ctx: Context): Promise<void> {
  const before = ctx.clock.now() - keepOver
  await eraseOldSuccessors(ctx.db, replayWindow)
  await deleteOver(ctx.db, before, idleSince(ctx.config, before), 500)
}

/** A session that may have ended. */
export interface KeptSession extends Session {
  readonly isLive: boolean
}

/** The session with this id, ended or not, for as long as it is kept; looking at it is not using it. */
export async function findKeptSession(ctx: Context, id: string): Promise<KeptSession | undefined> {
  const row = await findSession(ctx.db, id)
  return row && keptOf(ctx, row)
}

/**
 * Sessions that were used at some time between two, of one user or of all: `limit` of them, the newest first. Times are
 * milliseconds since the epoch.
 */
export async function sessionsUsed(
  ctx: Context,
  used: { userId?: string; from: number; until: number },
  limit: number,
): Promise<KeptSession[]> {
  return (await sessionsUsedBetween(ctx.db, used, limit)).map((row) => keptOf(ctx, row))
}

const keptOf = (ctx: Context, row: SessionRow): KeptSession => ({
  ...toSession(row),
  isLive: isLive(row, ctx.config, ctx.clock.now()),
})
