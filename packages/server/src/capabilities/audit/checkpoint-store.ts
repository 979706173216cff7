import { type Selectable, sql } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { AuditCheckpointsTable } from './schema.ts'

export type CheckpointRow = Selectable<AuditCheckpointsTable>

export async function insertCheckpoint(db: Executor, row: CheckpointRow): Promise<void> {
  await db.insertInto('audit_checkpoints').values(row).execute()
}

/** The newest checkpoint of how the chain is. */
export async function newestCheckpoint(db: Executor): Promise<CheckpointRow | undefined> {
  return db
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('kind', '=', 'state')
    .orderBy('sequence', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Every checkpoint that is kept; by `thinCheckpoints`, some two thousand at most. */
export async function allCheckpoints(db: Executor): Promise<CheckpointRow[]> {
  return db.selectFrom('audit_checkpoints').selectAll().orderBy('sequence').orderBy('id').execute()
}

/** Keeps one checkpoint of each day before `before`. */
export async function thinCheckpoints(db: Executor, before: number): Promise<void> {
  const lastOfDays = db
    .selectFrom('audit_checkpoints')
    .select((eb) => eb.fn.max('id').as('id'))
    .where('kind', '=', 'state')
    .groupBy(sql`at / 86400000`)
  await db
    .deleteFrom('audit_checkpoints')
    .where('kind', '=', 'state')
    .where('at', '<', before)
    .where('id', 'not in', lastOfDays)
    .execute()
}

/** Deletes the checkpoints of entries that are gone, except for the one that says so. */
export async function dropCheckpointsBefore(db: Executor, sequence: number): Promise<void> {
  await db.deleteFrom('audit_checkpoints').where('sequence', '<', sequence).execute()
}
