import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { AuditEventsTable } from './schema.ts'

export type AuditRow = Selectable<AuditEventsTable>

export async function insertEvent(db: Executor, row: AuditRow): Promise<void> {
  await db.insertInto('audit_events').values(row).execute()
}

/** Events before the one with id `before` (all, without it), newest first. */
export async function eventsBefore(
  db: Executor,
  before: string | undefined,
  limit: number,
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit_events').selectAll().orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute()
}
