import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { AuditEventsTable } from './schema.ts'
import { tallyPeriod, type Written } from './tally.ts'

export type AuditRow = Selectable<AuditEventsTable>

/** What an event is made of before it is chained. */
export type NewAuditRow = Omit<
  AuditRow,
  'sequence' | 'previous' | 'digest' | 'origin_digest' | 'names_digest'
>

/** An event with its personal details, wherever they are kept. */
export type DetailedRow = AuditRow & { readonly origin: string | null; readonly kept_names: string | null }

/** Which events are asked for; all, without any of it. Times are milliseconds since the epoch. */
export interface AuditFilter {
  actor?: string | undefined
  target?: string | undefined
  /** Any of these. */
  actions?: readonly string[] | undefined
  grant?: string | undefined
  /** At or after. */
  since?: number | undefined
  /** Before. */
  until?: number | undefined
}

const inserting = prepared((row: NewAuditRow, db) =>
  db.insertInto('audit_events').values({
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: row.action,
    target: row.target,
    detail: row.detail,
    grant_id: row.grant_id,
    address: row.address,
    user_agent: row.user_agent,
    names: row.names,
    count: row.count,
    last_at: row.last_at,
    period: row.period,
    tally_key: row.tally_key,
  }),
)

export async function insertEvent(db: Executor, row: NewAuditRow): Promise<void> {
  await inserting(db, row)
}

const withDetails = (db: Executor) =>
  db
    .selectFrom('audit_events')
    .selectAll('audit_events')
    .select((eb) => [
      eb
        .selectFrom('audit_details')
        .select('content')
        .whereRef('event_id', '=', 'audit_events.id')
        .where('kind', '=', 'origin')
        .as('origin'),
      eb
        .selectFrom('audit_details')
        .select('content')
        .whereRef('event_id', '=', 'audit_events.id')
        .where('kind', '=', 'names')
        .as('kept_names'),
    ])

/** Events before the one with id `before` (all, without it), newest first. */
export async function eventsBefore(
  db: Executor,
  { actor, target, actions, grant, since, until }: AuditFilter,
  before: string | undefined,
  limit: number,
): Promise<DetailedRow[]> {
  let query = withDetails(db).orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (target !== undefined) query = query.where('target', '=', target)
  if (actions !== undefined) query = query.where('action', 'in', actions)
  if (grant !== undefined) query = query.where('grant_id', '=', grant)
  if (until !== undefined) query = query.where('at', '<', until)
  if (since !== undefined) {
    // failures that went on until then belong to it, although they began earlier
    query = query
      .where('at', '>=', since - tallyPeriod)
      .where((eb) => eb(eb.fn.coalesce('last_at', 'at'), '>=', since))
  }
  return query.execute()
}

/** The rows that count refusals of a period. */
export async function talliesOf(db: Executor, period: number): Promise<Written[]> {
  const rows = await db
    .selectFrom('audit_events')
    .select(['tally_key', 'target'])
    .where('period', '=', period)
    .execute()
  return rows.map(({ tally_key, target }) => ({ period, key: tally_key ?? '', userId: target }))
}

/** Adds to the rows that count the same, and makes those that are missing; each key once. */
export async function addTallies(db: Executor, rows: readonly NewAuditRow[]): Promise<void> {
  await db
    .insertInto('audit_events')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['period', 'tally_key'])
        .where('period', 'is not', null)
        .doUpdateSet((eb) => ({
          count: eb('audit_events.count', '+', eb.ref('excluded.count')),
          last_at: eb
            .case()
            .when('audit_events.last_at', '>', eb.ref('excluded.last_at'))
            .then(eb.ref('audit_events.last_at'))
            .else(eb.ref('excluded.last_at'))
            .end(),
        })),
    )
    .execute()
}

/** Events after the one with id `after` that a user caused, or that others caused and that concern the user; oldest first. */
export async function eventsOf(
  db: Executor,
  userId: string,
  side: 'actor' | 'target',
  after: string,
  limit: number,
): Promise<DetailedRow[]> {
  return withDetails(db)
    .where(side, '=', userId)
    .where('id', '>', after)
    .$if(side === 'target', (query) => query.where('actor', '!=', userId))
    .orderBy('id')
    .limit(limit)
    .execute()
}
