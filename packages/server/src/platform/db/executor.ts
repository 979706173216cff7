import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** Runs queries: the pool, or a transaction. Store functions take it as their first argument. */
export type Executor = Kysely<Tables>
