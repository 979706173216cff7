import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { AuditEventsTable } from './schema.ts'
import { tallyPeriod, type Written } from './tally.ts'

export type AuditRow = Selectable<AuditEventsTable>

/** Which events are asked for; all, without any of it. Times are milliseconds since the epoch. */
export interface AuditFilter {
  actor?: string | undefined
  target?: string | undefined
  action?: string | undefined
  /** At or after. */
  since?: number | undefined
  /** Before. */
  until?: number | undefined
}

const inserting = prepared((row: AuditRow, db) =>
  db.insertInto('audit_events').values({
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: row.action,
    target: row.target,
    detail: row.detail,
    address: row.address,
    user_agent: row.user_agent,
    count: row.count,
    last_at: row.last_at,
    period: row.period,
    tally_key: row.tally_key,
  }),
)

export async function insertEvent(db: Executor, row: AuditRow): Promise<void> {
  await inserting(db, row)
}

/** Events before the one with id `before` (all, without it), newest first. */
export async function eventsBefore(
  db: Executor,
  { actor, target, action, since, until }: AuditFilter,
  before: string | undefined,
  limit: number,
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit_events').selectAll().orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (target !== undefined) query = query.where('target', '=', target)
  if (action !== undefined) query = query.where('action', '=', action)
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
export async function addTallies(db: Executor, rows: readonly AuditRow[]): Promise<void> {
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

/** Deletes at most `limit` events from before `before`. */
export async function deleteEventsBefore(db: Executor, before: number, limit: number): Promise<void> {
  const old = db.selectFrom('audit_events').select('id').where('at', '<', before).limit(limit)
  await db.deleteFrom('audit_events').where('id', 'in', old).execute()
}

/** Events after the one with id `after` that a user caused, or that others caused and that concern the user; oldest first. */
export async function eventsOf(
  db: Executor,
  userId: string,
  side: 'actor' | 'target',
  after: string,
  limit: number,
): Promise<AuditRow[]> {
  return db
    .selectFrom('audit_events')
    .selectAll()
    .where(side, '=', userId)
    .where('id', '>', after)
    .$if(side === 'target', (query) => query.where('actor', '!=', userId))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/**
 * Erases details, address and browser of every event that a user caused or that concerns them; of an event that another
 * user caused, whose address it is, only the details. A count of refusals counts no more: its key has the network.
 */
export async function eraseDetailsOf(db: Executor, userId: string): Promise<void> {
  const nothing = { detail: '{}', period: null, tally_key: null }
  await db
    .updateTable('audit_events')
    .set({ ...nothing, address: null, user_agent: null })
    .where((eb) =>
      eb.or([
        eb('actor', '=', userId),
        eb.and([eb('target', '=', userId), eb('actor', 'in', ['anonymous', 'system'])]),
      ]),
    )
    .execute()
  await db.updateTable('audit_events').set(nothing).where('target', '=', userId).execute()
}
