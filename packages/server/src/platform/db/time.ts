import { type RawBuilder, sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/**
 * The database's time as an expression: whole milliseconds since the epoch, the same for every instance, whatever their
 * clocks say.
 */
export function databaseNow(db: Executor): RawBuilder<number> {
  return dialectOf(db) === 'postgres'
    ? sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
    : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`
}
