import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/** Joins the values of a column into one text, for `readList`; only for names, which contain no comma. */
export function listOf(db: Executor, column: string): RawBuilder<string | null> {
  return dialectOf(db) === 'postgres'
    ? sql<string | null>`string_agg(distinct ${sql.ref(column)}, ',')`
    : sql<string | null>`group_concat(distinct ${sql.ref(column)})`
}

/** Splits the text that `listOf` makes into sorted values; an empty list is null in the database. */
export const readList = (list: string | null): string[] => (list === null ? [] : list.split(',').sort())
