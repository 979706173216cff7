import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/**
 * Whether `with` may contain statements that change rows, so that several changes are one statement: one round trip, and
 * one implicit transaction. PostgreSQL supports it; SQLite, which needs no round trip, does not.
 */
export function canChangeWithin(db: Executor): boolean {
  return dialectOf(db) === 'postgres'
}
