import { chunksOf } from '../../platform/db/chunks.ts'
import type { Executor } from '../../platform/db/executor.ts'
import type { ImportedUsersTable, ImportRefusalsTable, ImportsTable } from './schema.ts'

export async function findImport(db: Executor, digest: string): Promise<ImportsTable | undefined> {
  const row = await db.selectFrom('imports').selectAll().where('digest', '=', digest).executeTakeFirst()
  return row && numbers(row)
}

/** An import of a file of this name that has not come to its end. */
export async function findUnfinished(db: Executor, path: string): Promise<ImportsTable | undefined> {
  const row = await db
    .selectFrom('imports')
    .selectAll()
    .where('path', '=', path)
    .where('finished_at', 'is', null)
    .orderBy('started_at', 'desc')
    .executeTakeFirst()
  return row && numbers(row)
}

/** PostgreSQL's driver gives counts as they come; here they are numbers. */
const numbers = (row: ImportsTable): ImportsTable => ({
  ...row,
  position: Number(row.position),
  imported: Number(row.imported),
  existing: Number(row.existing),
  refused: Number(row.refused),
})

/** Begins an import, unless it was begun before. */
export async function insertImport(db: Executor, row: ImportsTable): Promise<void> {
  await db
    .insertInto('imports')
    .values(row)
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute()
}

/** Forgets imports of a file of this name, and what was refused; the users stay. */
export async function removeImportsOf(db: Executor, path: string, digest: string): Promise<void> {
  await db
    .deleteFrom('imports')
    .where((eb) => eb.or([eb('path', '=', path), eb('digest', '=', digest)]))
    .execute()
}

/** Moves an import on; false, and nothing changed, where it is not at `from`. Others wait until the transaction ends. */
export async function advance(
  db: Executor,
  digest: string,
  from: number,
  by: {
    readonly records: number
    readonly imported: number
    readonly existing: number
    readonly refused: number
  },
): Promise<boolean> {
  const updated = await db
    .updateTable('imports')
    .set((eb) => ({
      position: from + by.records,
      imported: eb('imported', '+', by.imported),
      existing: eb('existing', '+', by.existing),
      refused: eb('refused', '+', by.refused),
    }))
    .where('digest', '=', digest)
    .where('position', '=', from)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return updated.numUpdatedRows > 0n
}

export async function finishImport(db: Executor, digest: string, now: number): Promise<void> {
  await db.updateTable('imports').set({ finished_at: now }).where('digest', '=', digest).execute()
}

export async function insertRefusals(db: Executor, rows: readonly ImportRefusalsTable[]): Promise<void> {
  for (const part of chunksOf(rows)) await db.insertInto('import_refusals').values(part).execute()
}

/** What was refused after a position, in the order of the file. */
export async function refusalsAfter(
  db: Executor,
  digest: string,
  position: number,
  limit: number,
): Promise<ImportRefusalsTable[]> {
  const rows = await db
    .selectFrom('import_refusals')
    .selectAll()
    .where('digest', '=', digest)
    .where('position', '>', position)
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, position: Number(row.position), line: Number(row.line) }))
}

export async function insertImportedUsers(db: Executor, rows: readonly ImportedUsersTable[]): Promise<void> {
  for (const part of chunksOf(rows)) await db.insertInto('imported_users').values(part).execute()
}

/** The accounts of those who had these ids at `source`. */
export async function accountsOf(
  db: Executor,
  source: string,
  foreignIds: readonly string[],
): Promise<Map<string, ImportedUsersTable>> {
  const found = new Map<string, ImportedUsersTable>()
  for (const part of chunksOf(foreignIds)) {
    const rows = await db
      .selectFrom('imported_users')
      .selectAll()
      .where('source', '=', source)
      .where('foreign_id', 'in', part)
      .execute()
    for (const row of rows) found.set(row.foreign_id, { ...row, imported_at: Number(row.imported_at) })
  }
  return found
}

/** The accounts of everybody who had this id somewhere, two at most. */
export async function accountsWithId(db: Executor, foreignId: string): Promise<ImportedUsersTable[]> {
  const rows = await db
    .selectFrom('imported_users')
    .selectAll()
    .where('foreign_id', '=', foreignId)
    .limit(2)
    .execute()
  return rows.map((row) => ({ ...row, imported_at: Number(row.imported_at) }))
}

/** Where an account came from. */
export async function originsOf(db: Executor, userId: string): Promise<ImportedUsersTable[]> {
  const rows = await db
    .selectFrom('imported_users')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('imported_at')
    .limit(100)
    .execute()
  return rows.map((row) => ({ ...row, imported_at: Number(row.imported_at) }))
}
