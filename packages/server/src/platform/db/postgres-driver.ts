import { CompiledQuery, type DatabaseConnection, PostgresDriver, type TransactionSettings } from 'kysely'
import type { Client as ClientBase, Pool, PoolClient } from 'pg'
import { shellWord } from '../shell.ts'
import { asUnavailable, DatabaseMissing, DatabaseUnavailable, isDatabaseMissing } from './errors.ts'
import { assertNotInsideTransaction } from './nesting.ts'
import { nameStatements, PooledConnections } from './postgres-connections.ts'
import { assertWritable, isReadOnly, PostgresServers, probe } from './postgres-servers.ts'
import { addressOf, readPostgresUrl } from './postgres-url.ts'

export interface PostgresOptions {
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  /** Called when an idle connection breaks. */
  readonly onIdleError: (error: Error) => void
  /** Called with the host and port of the server that took over. */
  readonly onFailover: (server: string) => void
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

/** Milliseconds between checks for connections that have been in the same use since the last check. */
const lookMs = 2_000

/**
 * Connects to PostgreSQL, directly or through a transaction pooler.
 *
 * Time limits are settings of the connection. A pooler such as PgBouncer shares its connections: it rejects one that
 * begins with settings, and whatever is set later would affect other clients. Behind one, each transaction sets its own
 * limits, single statements rely on the driver's `query_timeout`, and statements get no names.
 *
 * With several servers, all connections lead to the one that accepts writes. When a connection fails, or is in use for
 * suspiciously long, the servers are probed; once another one has taken over, connections to the old one end.
 */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const { url, poolSize, onIdleError, onFailover, acquireMs, statementMs } = options
  // Loaded on demand: a server on SQLite does not need it.
  const { default: pg } = await import('pg')
  const limits = {
    statement_timeout: statementMs,
    lock_timeout: acquireMs,
    idle_in_transaction_session_timeout: statementMs,
  }
  const setLimits = Object.entries(limits).map(([name, ms]) => `set local ${name} = ${ms}`)
  let isPooled = false
  const direct = new WeakSet<object>()
  const connections = new PooledConnections()
  const { servers: urls, connectMs = acquireMs } = readPostgresUrl(url)
  const servers = new PostgresServers(urls, {
    probe: (server) => probe(server, connectMs),
    onMove() {
      onFailover(addressOf(servers.current))
      connections.dropAllBut(servers.current)
    },
  })

  class Client extends pg.Client {
    constructor(config?: object) {
      const server = servers.current
      super({
        ...config,
        ...(isPooled ? {} : limits),
        connectionString: server,
        connectionTimeoutMillis: connectMs,
      })
      connections.opening(this, server)
    }
  }
  const int8 = 20
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  }
  const pool = new pg.Pool({
    Client,
    max: poolSize,
    types,
    connectionTimeoutMillis: acquireMs,
    idleTimeoutMillis: 30_000,
    // The socket itself may hang (the host vanished), beyond the reach of the server's timeout.
    query_timeout: statementMs + acquireMs,
    keepAlive: true,
    application_name: 'gatehouse',
    verify: (client, done) => {
      assertWritable(client).then(({ pid }) => {
        // A pooler, which may use another connection for each transaction, reports a made-up process id.
        if ('processID' in client && client.processID === pid) direct.add(client)
        else isPooled = true
        done()
      }, done)
    },
  })
  pool.on('error', onIdleError)
  // The pool listens for errors of idle connections only. Without this, one that breaks between two queries of a
  // transaction would end the process; the next query of the transaction fails anyway.
  pool.on('connect', (client) => client.on('error', () => undefined))
  connections.watch(pool)
  nameStatements(pool, direct)

  const takeConnection = pool.connect.bind(pool) as () => Promise<PoolClient>
  async function fromCurrentServer(): Promise<PoolClient> {
    const client = await takeConnection().catch((error: unknown) => {
      if (!refusesSettings(error)) throw error
      isPooled = true
      return takeConnection()
    })
    const { release } = client
    client.release = (reason) => {
      if (reason instanceof Error) connections.failed(client, reason)
      release(reason || connections.isSpoilt(client))
    }
    return client
  }
  async function connect(): Promise<PoolClient> {
    const tried = servers.current
    try {
      return await fromCurrentServer()
    } catch (error) {
      if (!servers.several || !isOfServer(error)) throw error
      if (servers.current === tried) await servers.find()
      return fromCurrentServer()
    }
  }
  // in the pool itself, so that its own `query` follows, too
  Object.assign(pool, {
    connect(callback?: (error: unknown, client?: PoolClient, done?: PoolClient['release']) => void) {
      const connecting = connect()
      if (callback === undefined) return connecting
      return void connecting.then((client) => callback(undefined, client, client.release), callback)
    },
  })
  // A host that vanished answers nothing, so a waiting query never learns that another server has taken over.
  const looking = setInterval(() => {
    if (connections.isAnyHeld()) servers.find().catch(() => undefined)
  }, lookMs)
  looking.unref()
  if (!servers.several) clearInterval(looking)

  class Driver extends PostgresDriver {
    override async beginTransaction(
      connection: DatabaseConnection,
      settings: TransactionSettings,
    ): Promise<void> {
      await super.beginTransaction(connection, settings)
      if (isPooled) await connection.executeQuery(CompiledQuery.raw(setLimits.join('; ')))
    }
  }
  const outsideTransactions = (): Promise<PoolClient> => {
    assertNotInsideTransaction()
    return pool.connect().catch((error: unknown) => {
      if (!isDatabaseMissing(error)) throw error
      throw new DatabaseMissing(howToCreate(new pg.Client(servers.current)), error)
    })
  }
  const end = (): Promise<void> => {
    clearInterval(looking)
    return pool.end()
  }
  return { pool, driver: () => new Driver({ pool: { connect: outsideTransactions, end } }) }
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

/** PgBouncer's error for a connection that begins with settings. */
function refusesSettings(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('unsupported startup parameter')
}

/** Whether an error means that the server is unusable; an exhausted pool does not. */
function isOfServer(error: unknown): boolean {
  if (error instanceof Error && error.message === 'timeout exceeded when trying to connect') return false
  return isReadOnly(error) || asUnavailable(error) instanceof DatabaseUnavailable
}
