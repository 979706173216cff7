import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/**
 * Whether statements that change rows may stand in another one's `with`, which makes several changes one statement,
 * hence one round trip and a transaction of its own. PostgreSQL has that; SQLite, which is not far away, has not.
 */
export function canChangeWithin(db: Executor): boolean {
  return dialectOf(db) === 'postgres'
}
