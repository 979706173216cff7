import type { Context } from '../../platform/context.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { idleSince } from './lifetimes.ts'
import type { Session } from './schema.ts'
import { liveSessionsOf, toSession } from './store.ts'

/**
 * A page of the sessions of a user that go on, newest first.
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
