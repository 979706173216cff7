import { settingsOf } from '../../config/setting.ts'
import type { Actor, Context } from '../../context.ts'
import type { Caller } from '../../platform/context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { type AuditAction, outcomeOf } from './actions.ts'
import { auditSettings } from './settings.ts'
import { type AuditFilter, type AuditRow, deleteEventsBefore, eventsBefore, insertEvent } from './store.ts'

/** An event for the audit trail. */
export interface AuditEntry {
  actor: Actor | { readonly kind: 'user'; readonly id: string }
  action: AuditAction
  target: string | null
  /** Plain JSON; never a secret, a token, an e-mail address or a name that no account has. */
  detail?: Readonly<Record<string, unknown>>
  /** Where it came from; by default, the current request. */
  from?: Origin
}

/** Where something came from, as far as known. */
export type Origin = Pick<Caller, 'address' | 'userAgent'>

export interface AuditEvent {
  id: string
  /** Milliseconds since the epoch; of the first of several. */
  at: number
  /** A user's id, `system`, or `anonymous`. */
  actor: string
  action: string
  outcome: 'success' | 'failure'
  target: string | null
  address: string | null
  userAgent: string | null
  /** The number of refusals that this event counts; otherwise 1. */
  count: number
  lastAt: number
  detail: Readonly<Record<string, unknown>>
}

/** Records an event in the transaction that causes it, so that neither exists without the other. */
export async function record(ctx: Context, entry: AuditEntry): Promise<void> {
  const from = entry.from ?? ctx.caller
  await insertEvent(ctx.db, {
    id: newId(ctx.clock),
    at: ctx.clock.now(),
    actor: entry.actor.kind === 'system' ? 'system' : entry.actor.id,
    action: entry.action,
    target: entry.target,
    detail: JSON.stringify(entry.detail ?? {}),
    address: from === undefined ? null : from.address.slice(0, longestAddress),
    user_agent: printable(from?.userAgent),
    count: 1,
    last_at: null,
    period: null,
    tally_key: null,
  })
}

/**
 * A page of events, newest first.
 *
 * @throws InvalidInput (422) for an invalid cursor
 */
export async function listEvents(
  ctx: Context,
  page: PageRequest,
  filter: AuditFilter = {},
): Promise<Page<AuditEvent>> {
  const before = page.cursor === undefined ? undefined : readCursor(ctx, 'audit', page.cursor)
  const rows = await eventsBefore(ctx.db, filter, before, page.limit + 1)
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'audit', row.id))
  return { items: items.map(toEvent), next }
}

/** Deletes expired events, a limited number at a time; safe on any number of instances. */
export async function sweepAudit(ctx: Context): Promise<void> {
  await deleteEventsBefore(
    ctx.db,
    ctx.clock.now() - settingsOf(ctx.config, auditSettings).retention * 1000,
    5_000,
  )
}

/** Longer than any address, with a zone. */
export const longestAddress = 64

/** A header that is safe to print: no control or direction characters, and of limited length. */
export function printable(text: string | undefined): string | null {
  const clean = text?.slice(0, 256).replace(/\p{C}/gu, ' ').trim() ?? ''
  return clean === '' ? null : clean
}

/** A row as an event. */
export function toEvent(row: AuditRow): AuditEvent {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: row.action,
    outcome: outcomeOf(row.action),
    target: row.target,
    address: row.address,
    userAgent: row.user_agent,
    count: row.count,
    lastAt: row.last_at ?? row.at,
    detail: JSON.parse(row.detail),
  }
}
