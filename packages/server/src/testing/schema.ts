import { sql } from 'kysely'
import { dialectOf } from '../platform/db/dialect.ts'
import type { Executor } from '../platform/db/executor.ts'

/** A table as the database itself describes it. */
export interface DescribedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: readonly { readonly table: string; readonly cascades: boolean }[]
}

interface Reference {
  readonly source: string
  readonly target: string
  readonly cascades: boolean
}

/** Every table of a database. */
export async function describeTables(db: Executor): Promise<DescribedTable[]> {
  const tables = (await db.introspection.getTables()).filter(({ isView }) => !isView)
  const references = dialectOf(db) === 'postgres' ? await postgresReferences(db) : await sqliteReferences(db)
  return tables.map(({ name, columns }) => ({
    name,
    columns: columns.map((column) => column.name),
    references: references
      .filter(({ source }) => source === name)
      .map(({ target, cascades }) => ({ table: target, cascades })),
  }))
}

async function postgresReferences(db: Executor): Promise<Reference[]> {
  const { rows } = await sql<Reference>`
    select conrelid::regclass::text as source, confrelid::regclass::text as target, confdeltype = 'c' as cascades
    from pg_constraint where contype = 'f'`.execute(db)
  return rows
}

async function sqliteReferences(db: Executor): Promise<Reference[]> {
  const { rows } = await sql<Omit<Reference, 'cascades'> & { on_delete: string }>`
    select m.name as source, f."table" as target, f.on_delete
    from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`.execute(db)
  return rows.map(({ source, target, on_delete }) => ({ source, target, cascades: on_delete === 'CASCADE' }))
}
