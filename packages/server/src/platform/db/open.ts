import {
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Pool } from 'pg'
import { markDialect } from './dialect.ts'
import type { Executor } from './executor.ts'
import { assertNotInsideTransaction } from './nesting.ts'
import { SqliteDriver } from './sqlite-driver.ts'

export type DatabaseConfig =
  | { readonly kind: 'sqlite' /** A file, or `:memory:`. */; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string /** Connections at most. */; readonly poolSize: number }

export interface OpenOptions {
  /** Hears when a connection breaks that nobody was using; the next query takes a new one. */
  readonly onIdleError?: (error: Error) => void
  /** Milliseconds that a query waits for its turn, a connection or a lock; 5 s if not given. */
  readonly acquireMs?: number
}

/** Milliseconds that one statement may take. */
const statementMs = 15_000

export interface OpenDatabase {
  readonly db: Executor
  /** The driver's own pool, for a library that writes its own SQL; undefined with SQLite. */
  readonly pool: Pool | undefined
  close(): Promise<void>
}

/**
 * Opens the database. Connections are made when they are first needed, so that one that cannot be had is told then:
 * `asUnavailable` turns what a query throws into a 503.
 */
export async function openDatabase(
  config: DatabaseConfig,
  { onIdleError = () => undefined, acquireMs = 5_000 }: OpenOptions = {},
): Promise<OpenDatabase> {
  if (config.kind === 'sqlite') return opened(sqlite(config.path, acquireMs), undefined)
  const pool = await postgresPool(config, onIdleError, acquireMs)
  return opened(postgres(pool), pool)
}

function opened(dialect: Dialect, pool: Pool | undefined): OpenDatabase {
  const db: Executor = new Kysely({ dialect })
  return { db, pool, close: () => db.destroy() }
}

function sqlite(path: string, acquireMs: number): Dialect {
  return {
    createAdapter: () => marked(new SqliteAdapter(), 'sqlite'),
    createDriver: () => new SqliteDriver(path, acquireMs),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

async function postgresPool(
  { url, poolSize }: DatabaseConfig & { kind: 'postgres' },
  onIdleError: (error: Error) => void,
  acquireMs: number,
): Promise<Pool> {
  // Loaded when needed: a server on SQLite starts without it.
  const { default: pg } = await import('pg')
  const int8 = 20
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types,
    connectionTimeoutMillis: acquireMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementMs,
    // The socket itself may hang (a host that vanished), which the server's timeout cannot end.
    query_timeout: statementMs + acquireMs,
    lock_timeout: acquireMs,
    idle_in_transaction_session_timeout: statementMs,
    keepAlive: true,
    application_name: 'gatehouse',
  })
  pool.on('error', onIdleError)
  // The pool listens to connections at rest alone. One that breaks between two queries of a transaction would end the
  // process without this; the transaction hears of it from its next query.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

function postgres(pool: Pool): Dialect {
  const dialect = new PostgresDialect({
    pool: {
      connect: () => {
        assertNotInsideTransaction()
        return pool.connect()
      },
      end: () => pool.end(),
    },
  })
  return {
    createAdapter: () => marked(new PostgresAdapter(), 'postgres'),
    createDriver: () => dialect.createDriver(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

function marked<A extends object>(adapter: A, name: 'sqlite' | 'postgres'): A {
  markDialect(adapter, name)
  return adapter
}
