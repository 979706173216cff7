import type { Executor } from './executor.ts'

export type DialectName = 'sqlite' | 'postgres'

const names = new WeakMap<object, DialectName>()

/** Remembers which database an executor speaks to. */
export function markDialect(db: object, name: DialectName): void {
  names.set(db, name)
}

/**
 * Which database this executor speaks to. SQL that differs by database asks here, and lives in this folder: `locks.ts`
 * and `time.ts`.
 */
export function dialectOf(db: Executor): DialectName {
  const adapter = db.getExecutor().adapter
  const name = names.get(adapter)
  if (name === undefined) throw new Error('This executor was not opened by openDatabase.')
  return name
}
