import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { canSkipLocked } from '../../platform/db/locks.ts'
import { rowsOf } from '../../platform/db/rows.ts'
import type { AuditDetailsTable } from './schema.ts'
import type { AuditRow } from './store.ts'

/** The newest entry of the chain. */
export interface Head {
  readonly sequence: number
  readonly digest: string | null
}

/** The head, locked until the transaction ends; undefined while another instance has it. SQLite's transactions take turns. */
export async function takeHead(db: Executor): Promise<Head | undefined> {
  return db
    .selectFrom('audit_chain')
    .select(['sequence', 'digest'])
    .where('id', '=', 1)
    .$if(canSkipLocked(db), (query) => query.forUpdate().skipLocked())
    .executeTakeFirst()
}

/** The same, after waiting for whoever has it. */
export async function lockHead(db: Executor): Promise<Head> {
  return db
    .selectFrom('audit_chain')
    .select(['sequence', 'digest'])
    .where('id', '=', 1)
    .$if(canSkipLocked(db), (query) => query.forUpdate())
    .executeTakeFirstOrThrow()
}

export async function readHead(db: Executor): Promise<Head> {
  return db
    .selectFrom('audit_chain')
    .select(['sequence', 'digest'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow()
}

export async function saveHead(db: Executor, { sequence, digest }: Head): Promise<void> {
  await db.updateTable('audit_chain').set({ sequence, digest }).where('id', '=', 1).execute()
}

/** Events that are not chained yet and change no more: refusals only of periods before `period`. The oldest first. */
export async function unchained(db: Executor, period: number, limit: number): Promise<AuditRow[]> {
  return db
    .selectFrom('audit_events')
    .selectAll()
    .where('sequence', 'is', null)
    .where((eb) => eb.or([eb('period', 'is', null), eb('period', '<', period)]))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** The place that an event has got. */
export interface Link {
  readonly id: string
  readonly sequence: number
  readonly previous: string | null
  readonly digest: string
  readonly origin_digest: string | null
  readonly names_digest: string | null
}

const linkColumns = {
  id: 'text',
  sequence: 'bigint',
  previous: 'text',
  digest: 'text',
  origin_digest: 'text',
  names_digest: 'text',
} as const

/** Gives events their places, and their personal details rows of their own. */
export async function writeLinks(
  db: Executor,
  links: readonly Link[],
  details: readonly Selectable<AuditDetailsTable>[],
): Promise<void> {
  if (details.length > 0) await db.insertInto('audit_details').values(details).execute()
  await db
    .updateTable('audit_events')
    .from(
      rowsOf(
        db,
        links.map((link) => ({ ...link })),
        linkColumns,
      ).as('link'),
    )
    .set((eb) => ({
      sequence: eb.ref('link.sequence').$castTo<number>(),
      previous: eb.ref('link.previous').$castTo<string | null>(),
      digest: eb.ref('link.digest').$castTo<string>(),
      origin_digest: eb.ref('link.origin_digest').$castTo<string | null>(),
      names_digest: eb.ref('link.names_digest').$castTo<string | null>(),
      address: null,
      user_agent: null,
      names: null,
      period: null,
      tally_key: null,
    }))
    .whereRef('audit_events.id', '=', (eb) => eb.ref('link.id').$castTo<string>())
    .execute()
}

/** Erases what is kept of a user in rows of their own. */
export async function deleteDetailsOf(db: Executor, userId: string): Promise<void> {
  await db.deleteFrom('audit_details').where('user_id', '=', userId).execute()
}

/** Erases the same from events that are not chained yet. */
export async function eraseUnchained(db: Executor, userId: string): Promise<void> {
  const unchainedEvents = db.updateTable('audit_events').where('sequence', 'is', null)
  // a count of refusals counts no more: its key has the network
  const nothing = { names: null, period: null, tally_key: null }
  await unchainedEvents.set(nothing).where('target', '=', userId).execute()
  await unchainedEvents
    .set({ address: null, user_agent: null })
    .where((eb) =>
      eb.or([
        eb('actor', '=', userId),
        eb.and([eb('target', '=', userId), eb('actor', 'in', ['system', 'anonymous'])]),
      ]),
    )
    .execute()
}

/** Entries at the start of the chain, in its order. */
export async function oldestEntries(
  db: Executor,
  limit: number,
): Promise<{ sequence: number; digest: string; at: number }[]> {
  const rows = await db
    .selectFrom('audit_events')
    .select(['sequence', 'digest', (eb) => eb.fn.coalesce('last_at', 'at').as('at')])
    .where('sequence', 'is not', null)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map(({ sequence, digest, at }) => ({ sequence: sequence ?? 0, digest: digest ?? '', at }))
}

/** Deletes the entries up to a number, with their details. */
export async function deleteUpTo(db: Executor, sequence: number): Promise<void> {
  const entries = db.selectFrom('audit_events').select('id').where('sequence', '<=', sequence)
  await db.deleteFrom('audit_details').where('event_id', 'in', entries).execute()
  await db.deleteFrom('audit_events').where('sequence', '<=', sequence).execute()
}

/** An entry with its personal details, as far as they were not erased. */
export type KeptEntry = AuditRow & {
  readonly origin_salt: string | null
  readonly origin: string | null
  readonly names_salt: string | null
  readonly kept_names: string | null
}

/** Entries after a number, in the order of the chain. */
export async function entriesAfter(db: Executor, sequence: number, limit: number): Promise<KeptEntry[]> {
  return db
    .selectFrom('audit_events')
    .leftJoin('audit_details as origins', (join) =>
      join.onRef('origins.event_id', '=', 'audit_events.id').on('origins.kind', '=', 'origin'),
    )
    .leftJoin('audit_details as named', (join) =>
      join.onRef('named.event_id', '=', 'audit_events.id').on('named.kind', '=', 'names'),
    )
    .selectAll('audit_events')
    .select([
      'origins.salt as origin_salt',
      'origins.content as origin',
      'named.salt as names_salt',
      'named.content as kept_names',
    ])
    .where('sequence', 'is not', null)
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute()
}
