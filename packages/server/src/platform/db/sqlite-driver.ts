import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { DatabaseBusy, isSqliteBusy } from './errors.ts'
import { assertNotInsideTransaction } from './nesting.ts'
import { Turns } from './turns.ts'

/** Statements kept prepared; the queries of this program are fewer. */
const keptStatements = 300

/**
 * A Kysely driver over node:sqlite. There is one connection: queries are synchronous, so nothing is gained by more, and
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
    // WAL lets another process (the CLI) read beside the server; FULL makes each commit outlive a power cut.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory')
    // What is deleted is overwritten: an erased person must not be readable in the file.
    database.exec('pragma secure_delete = on')
    // From here on SQLite must not wait by itself: it would hold up everything else. The connection waits instead.
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

  // A plain `begin` that reads first cannot become a writer beside another process: it would fail at once.
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

  /** Runs a statement, waiting while another process writes: a statement that found the database locked did nothing. */
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
    // Kysely passes what the column types allow; our tables have text, numbers and null alone.
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
