import { CompiledQuery, type DatabaseConnection, PostgresDriver, type TransactionSettings } from 'kysely'
import type { Client as ClientBase, Pool, PoolClient } from 'pg'
import { shellWord } from '../shell.ts'
import { DatabaseMissing, isDatabaseMissing } from './errors.ts'
import { assertNotInsideTransaction } from './nesting.ts'
import { leadsDirectly, nameStatements, noteUnanswered } from './postgres-connections.ts'

export interface PostgresOptions {
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  /** Hears when a connection breaks that nobody was using. */
  readonly onIdleError: (error: Error) => void
  /** Milliseconds that a query waits for a connection or a lock. */
  readonly acquireMs: number
  /** Milliseconds that one statement may take. */
  readonly statementMs: number
}

/** The driver's pool, and Kysely's driver over it. */
export interface Postgres {
  readonly pool: Pool
  readonly driver: () => PostgresDriver
}

/**
 * Connects to PostgreSQL, directly or through a transaction pooler.
 *
 * Time limits are settings of the connection. A pooler such as PgBouncer hands its connections round: it refuses to
 * begin one with settings of its own, and what is set later would be somebody else's the next moment. There each
 * transaction sets them for itself; for single statements `query_timeout`, which is the driver's own, has to do. Nor are
 * statements given a name there.
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const { url, poolSize, onIdleError, acquireMs, statementMs } = options
  // Loaded when needed: a server on SQLite starts without it.
  const { default: pg } = await import('pg')
  const limits = {
    statement_timeout: statementMs,
    lock_timeout: acquireMs,
    idle_in_transaction_session_timeout: statementMs,
  }
  const setLimits = Object.entries(limits).map(([name, ms]) => `set local ${name} = ${ms}`)
  let isPooled = false
  const direct = new WeakSet<object>()

  class Client extends pg.Client {
    constructor(config?: object) {
      super(isPooled ? config : { ...config, ...limits })
    }
  }
  const int8 = 20
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  }
  const pool = new pg.Pool({
    Client,
    connectionString: url,
    max: poolSize,
    types,
    connectionTimeoutMillis: acquireMs,
    idleTimeoutMillis: 30_000,
    // The socket itself may hang (a host that vanished), which the server's timeout cannot end.
    query_timeout: statementMs + acquireMs,
    keepAlive: true,
    application_name: 'gatehouse',
    verify: (client, done) => {
      leadsDirectly(client).then((isDirect) => {
        if (isDirect) direct.add(client)
        else isPooled = true
        done()
      }, done)
    },
  })
  pool.on('error', onIdleError)
  // The pool listens to connections at rest alone. One that breaks between two queries of a transaction would end the
  // process without this; the transaction hears of it from its next query.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const unanswered = noteUnanswered(pool)
  nameStatements(pool, direct)

  async function connect(): Promise<PoolClient> {
    assertNotInsideTransaction()
    const client = await pool.connect().catch((error: unknown) => {
      if (isDatabaseMissing(error)) throw new DatabaseMissing(howToCreate(new pg.Client(url)), error)
      if (!refusesSettings(error)) throw error
      isPooled = true
      return pool.connect()
    })
    const { release } = client
    client.release = (destroy) => release(destroy === true || unanswered.has(client))
    return client
  }
  class Driver extends PostgresDriver {
    override async beginTransaction(
      connection: DatabaseConnection,
      settings: TransactionSettings,
    ): Promise<void> {
      await super.beginTransaction(connection, settings)
      if (isPooled) await connection.executeQuery(CompiledQuery.raw(setLimits.join('; ')))
    }
  }
  return { pool, driver: () => new Driver({ pool: { connect, end: () => pool.end() } }) }
}

/** How to make the database that a connection is for. Its role is to own it: from PostgreSQL 15 on only an owner may add tables. */
function howToCreate({ database = '', host, port, user = '' }: ClientBase): string {
  const owner = user === '' ? '' : ` --owner ${shellWord(user)}`
  return (
    `There is no database "${database}" on the PostgreSQL server at ${host}:${port}. Create it, as a role that may, with: ` +
    `createdb --host ${shellWord(host)} --port ${port}${owner} ${shellWord(database)}\n` +
    '`gatehouse migrate` then makes its tables; so does `gatehouse serve`.'
  )
}

/** PgBouncer's answer to a connection that begins with settings. */
function refusesSettings(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('unsupported startup parameter')
}
