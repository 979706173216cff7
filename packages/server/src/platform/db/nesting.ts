import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A query on the pool within a transaction would wait for that very transaction: forever on SQLite, and on PostgreSQL
 * once the pool is exhausted. It is a bug in our code, so it throws at once.
 */
const inside = new AsyncLocalStorage<true>()

export const insideTransaction = <T>(work: () => Promise<T>): Promise<T> => inside.run(true, work)

/** Leaves the transaction's async context, for effects that run after it. */
export const outsideTransaction = <T>(work: () => T): T => inside.exit(work)

export function assertNotInsideTransaction(): void {
  if (inside.getStore() === true) {
    throw new Error('A query used the pool inside a transaction; pass the transaction on instead.')
  }
}
