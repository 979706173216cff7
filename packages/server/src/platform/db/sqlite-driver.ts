import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { DatabaseBusy, isSqliteBusy } from './errors.ts'
import { assertNotInsideTransaction } from './nesting.ts'
import { Turns } from './turns.ts'

/** The most prepared statements to keep; this program has fewer queries. */
const keptStatements = 300

/**
 * A Kysely driver for node:sqlite. It has one connection, since queries are synchronous and more would gain nothing;
 * transactions take turns on it.
 */
export class SqliteDriver implements Driver {
  readonly #path: string
  readonly #waitMs: number
  readonly #turns = new Turns()
  #connection: SqliteConnection | undefined

  constructor(path: string, waitMs: number) {
    this.#path = path
    this.#waitMs = waitMs
  }

  async init(): Promise<void> {
    const database = new DatabaseSync(this.#path, {
      enableForeignKeyConstraints: true,
      timeout: this.#waitMs,
    })
    // WAL lets another process (the CLI) read while the server runs; FULL makes each commit survive a power failure.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory')
    // What is deleted is overwritten: an erased person must not be readable in the file.
    database.exec('pragma secure_delete = on')
    // From here on SQLite must not wait by itself, which would block the process. The driver waits instead.
    database.exec('pragma busy_timeout = 0')
    this.#connection = new SqliteConnection(database, this.#waitMs)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    assertNotInsideTransaction()
    if (!(await this.#turns.take(this.#waitMs))) throw new DatabaseBusy()
    if (this.#connection === undefined) throw new Error('The database is not open.')
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#turns.give()
  }

  // After a plain `begin`, a read followed by a write fails at once while another process writes.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    this.#connection?.close()
    this.#connection = undefined
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #waitMs: number
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()

  constructor(database: DatabaseSync, waitMs: number) {
    this.#database = database
    this.#waitMs = waitMs
  }

  /** Runs a statement, and retries while another process writes: a statement that finds the database locked does nothing. */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = performance.now() + this.#waitMs
    for (let waitMs = 1; ; waitMs = Math.min(25, waitMs * 2)) {
      try {
        return this.#run(query)
      } catch (error) {
        if (!isSqliteBusy(error)) throw error
        if (performance.now() > deadline) throw new DatabaseBusy(error)
        await pause(waitMs)
      }
    }
  }

  #run<R>({ sql, parameters }: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(sql)
    // Kysely passes what the column types allow: text, numbers and null in our tables.
    const values = parameters as SQLInputValue[]
    if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  // biome-ignore lint/correctness/useYield: Kysely's interface asks for it; no query of ours streams
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Streaming is not supported.')
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(sql: string): ReturnType<DatabaseSync['prepare']> {
    const kept = this.#statements.get(sql)
    if (kept !== undefined) return kept
    const statement = this.#database.prepare(sql)
    if (this.#statements.size >= keptStatements) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}
