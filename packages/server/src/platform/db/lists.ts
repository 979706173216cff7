import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/** The values of a column as one text, which `readList` reads; for names, in which there is no comma. */
export function listOf(db: Executor, column: string): RawBuilder<string | null> {
  return dialectOf(db) === 'postgres'
    ? sql<string | null>`string_agg(distinct ${sql.ref(column)}, ',')`
    : sql<string | null>`group_concat(distinct ${sql.ref(column)})`
}

/** The values of a list, sorted; none of a list of nothing, which the database gives as null. */
export const readList = (list: string | null): string[] => (list === null ? [] : list.split(',').sort())
