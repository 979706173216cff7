import type { Actor, Context } from '../../context.ts'
import type { Caller } from '../../platform/context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { type AuditAction, actionsWith, type Outcome, outcomeOf } from './actions.ts'
import { type AuditFilter, type DetailedRow, eventsBefore, insertEvent } from './store.ts'

/** An event for the audit trail. */
export interface AuditEntry {
  actor: Actor | { readonly kind: 'user'; readonly id: string }
  action: AuditAction
  target: string | null
  /** Plain JSON, without fractions; never a secret, a token, an e-mail address or a person's name. */
  detail?: Readonly<Record<string, unknown>>
  /** Names of the target, a user, and of their devices: shown with `detail`, and erased with what else is kept of them. */
  names?: Readonly<Record<string, string | null>>
  /** The grant that was used, a session's or a client's id; by default that of the actor. */
  grant?: string
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
  outcome: Outcome
  target: string | null
  /** The grant that the actor used: a session's or a client's id. */
  grant: string | null
  /** The place in the chain, from 1 without gaps; null until the event is chained. */
  sequence: number | null
  address: string | null
  userAgent: string | null
  /** The number of refusals that this event counts; otherwise 1. */
  count: number
  lastAt: number
  detail: Readonly<Record<string, unknown>>
}

function grantOf(actor: AuditEntry['actor']): string | null {
  if ('session' in actor) return actor.session
  return 'grant' in actor ? actor.grant : null
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
    grant_id: entry.grant ?? grantOf(entry.actor),
    names: entry.names === undefined ? null : JSON.stringify(entry.names),
    address: from === undefined ? null : from.address.slice(0, longestAddress),
    user_agent: printable(from?.userAgent),
    count: 1,
    last_at: null,
    period: null,
    tally_key: null,
  })
}

/** Which events are asked for; all, without any of it. */
export interface EventFilter extends Omit<AuditFilter, 'actions'> {
  action?: string | undefined
  outcome?: Outcome | undefined
}

function inColumns({ action, outcome, ...filter }: EventFilter): AuditFilter {
  if (action === undefined) return { ...filter, actions: outcome && actionsWith(outcome) }
  const isAsked = outcome === undefined || outcomeOf(action) === outcome
  return { ...filter, actions: isAsked ? [action] : [''] }
}

/**
 * A page of events, newest first.
 *
 * @throws InvalidInput (422) for an invalid cursor
 */
export async function listEvents(
  ctx: Context,
  page: PageRequest,
  filter: EventFilter = {},
): Promise<Page<AuditEvent>> {
  const before = page.cursor === undefined ? undefined : readCursor(ctx, 'audit', page.cursor)
  const rows = await eventsBefore(ctx.db, inColumns(filter), before, page.limit + 1)
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'audit', row.id))
  return { items: items.map(toEvent), next }
}

/** Longer than any address, with a zone. */
export const longestAddress = 64

/** A header that is safe to print: no control or direction characters, and of limited length. */
export function printable(text: string | undefined): string | null {
  const clean = text?.slice(0, 256).replace(/\p{C}/gu, ' ').trim() ?? ''
  return clean === '' ? null : clean
}

/** A row as an event. */
export function toEvent(row: DetailedRow): AuditEvent {
  const origin: Partial<Record<'address' | 'user_agent', string | null>> = JSON.parse(row.origin ?? '{}')
  return {
    id: row.id,
    sequence: row.sequence,
    at: row.at,
    actor: row.actor,
    grant: row.grant_id,
    action: row.action,
    outcome: outcomeOf(row.action),
    target: row.target,
    address: row.address ?? origin.address ?? null,
    userAgent: row.user_agent ?? origin.user_agent ?? null,
    count: row.count,
    lastAt: row.last_at ?? row.at,
    detail: { ...JSON.parse(row.detail), ...JSON.parse(row.names ?? row.kept_names ?? '{}') },
  }
}
