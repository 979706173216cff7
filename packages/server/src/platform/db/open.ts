import {
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Pool } from 'pg'
import { type NarrowedFile, protectDatabase } from '../data-folder.ts'
import type { DatabaseConfig } from './database-config.ts'
import { markDialect } from './dialect.ts'
import type { Executor } from './executor.ts'
import { openPostgres, type Postgres } from './postgres-driver.ts'
import { SqliteDriver } from './sqlite-driver.ts'

export interface OpenOptions {
  /** Called when an idle connection breaks; the next query opens a new one. */
  readonly onIdleError?: (error: Error) => void
  /** Called with the files that other users of the machine could read until now. */
  readonly onNarrowed?: (files: readonly NarrowedFile[]) => void
  /** Called with the host and port of the PostgreSQL server that took over. */
  readonly onFailover?: (server: string) => void
  /** Milliseconds that a query waits for its turn, a connection or a lock; 5 s if not given. */
  readonly acquireMs?: number
  /** Milliseconds that one statement may take on PostgreSQL; 15 s if not given. */
  readonly statementMs?: number
}

export interface OpenDatabase {
  readonly db: Executor
  /** The driver's own pool, for a library that writes its own SQL; undefined with SQLite. */
  readonly pool: Pool | undefined
  close(): Promise<void>
}

/**
 * Opens the database. Connections are opened on demand, so an unreachable server shows with the first query, whose error
 * `asUnavailable` turns into a 503. A SQLite file is created at once, readable by its owner only.
 *
 * @throws ExposedFiles when a SQLite file cannot be kept from other users of the machine
 */
export async function openDatabase(config: DatabaseConfig, options: OpenOptions = {}): Promise<OpenDatabase> {
  const { onIdleError = () => undefined, acquireMs = 5_000, statementMs = 15_000 } = options
  if (config.kind === 'sqlite') {
    const narrowed = protectDatabase(config.path)
    if (narrowed.length > 0) options.onNarrowed?.(narrowed)
    return opened(sqlite(config.path, acquireMs), undefined)
  }
  const { onFailover = () => undefined } = options
  const connected = await openPostgres({ ...config, onIdleError, onFailover, acquireMs, statementMs })
  return opened(postgres(connected), connected.pool)
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

function postgres({ driver }: Postgres): Dialect {
  return {
    createAdapter: () => marked(new PostgresAdapter(), 'postgres'),
    createDriver: driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

function marked<A extends object>(adapter: A, name: 'sqlite' | 'postgres'): A {
  markDialect(adapter, name)
  return adapter
}
