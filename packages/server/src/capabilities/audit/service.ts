import type { Actor, Context } from '../../platform/context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { eventsBefore, insertEvent } from './store.ts'

/** Something that somebody did, for whoever looks into it later. */
export interface AuditEntry {
  actor: Actor
  /** `subject.what-happened`, e.g. `user.disabled`. */
  action: string
  target: string | null
  /** Plain JSON; never a secret, a token or an address. */
  detail?: Readonly<Record<string, unknown>>
}

export interface AuditEvent {
  id: string
  /** Milliseconds since the epoch. */
  at: number
  /** A user's id, or `system`. */
  actor: string
  action: string
  target: string | null
  detail: Readonly<Record<string, unknown>>
}

/** Writes down what happened, in the transaction in which it happens: neither is there without the other. */
export async function record(ctx: Context, entry: AuditEntry): Promise<void> {
  await insertEvent(ctx.db, {
    id: newId(ctx.clock),
    at: ctx.clock.now(),
    actor: entry.actor.kind === 'system' ? 'system' : entry.actor.id,
    action: entry.action,
    target: entry.target,
    detail: JSON.stringify(entry.detail ?? {}),
  })
}

/**
 * A page of what happened, newest first.
 *
 * @throws InvalidInput (422) for a cursor that did not come from here
 */
export async function listEvents(ctx: Context, page: PageRequest): Promise<Page<AuditEvent>> {
  const before = page.cursor === undefined ? undefined : readCursor(ctx, 'audit', page.cursor)
  const rows = await eventsBefore(ctx.db, before, page.limit + 1)
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'audit', row.id))
  return { items: items.map((row) => ({ ...row, detail: JSON.parse(row.detail) })), next }
}
