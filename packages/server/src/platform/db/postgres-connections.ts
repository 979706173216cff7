import type { Client, Pool, PoolClient } from 'pg'
import { abandon, isReadOnly } from './postgres-servers.ts'
import { statementName } from './prepared.ts'

type Query = (...args: unknown[]) => Promise<unknown> | undefined

/** Names the statements of prepared queries on the connections in `direct`, which lead to the same backend throughout. */
export function nameStatements(pool: Pool, direct: WeakSet<object>): void {
  wrapQueries(pool, (client, query) => (...args) => {
    const [text, values] = args
    const name = typeof text === 'string' && direct.has(client) ? statementName(text) : undefined
    return name === undefined ? query(...args) : query({ name, text, values })
  })
}

/** The connections of a pool: where each leads, whether it is in use, and whether it may be used again. */
export class PooledConnections {
  readonly #servers = new Map<Client, string>()
  /** Connections in use, with a unique mark for each use. */
  readonly #busy = new Map<object, symbol>()
  readonly #spoilt = new WeakSet<object>()
  #busyBefore: ReadonlySet<symbol> = new Set()

  /** Records a connection that is about to be opened, and its server. */
  opening(client: Client, server: string): void {
    this.#servers.set(client, server)
    client.once('end', () => this.#servers.delete(client))
  }

  /** Tracks which connections are in use, and how their queries end. */
  watch(pool: Pool): void {
    pool.on('acquire', (client) => this.#busy.set(client, Symbol()))
    pool.on('release', (_error, client) => this.#busy.delete(client))
    wrapQueries(pool, (client, query) => (...args) => {
      const answer = query(...args)
      answer?.catch((error: unknown) => this.failed(client, error))
      return answer
    })
  }

  /** Handles a failed query, after which the connection may be unusable. */
  failed(client: Client, error: unknown): void {
    // The answer may still arrive: an abandoned `begin` would leave the next user of the connection in a transaction
    // that nobody ends.
    if (error instanceof Error && error.message === 'Query read timeout') this.#spoilt.add(client)
    if (isReadOnly(error)) this.#distrust(this.#servers.get(client))
  }

  /** Whether the connection must not be used again. */
  isSpoilt(client: object): boolean {
    return this.#spoilt.has(client)
  }

  /** Destroys every connection to another server, even those in use: their queries may hang. */
  dropAllBut(server: string): void {
    for (const [client, led] of this.#servers) if (led !== server) abandon(client)
  }

  /** Whether any connection has been in the same use since the last call. */
  isAnyHeld(): boolean {
    const [now, before] = [new Set(this.#busy.values()), this.#busyBefore]
    this.#busyBefore = now
    return !now.isDisjointFrom(before)
  }

  /** Handles a server that became read-only: its idle connections end now, the others when they are released. */
  #distrust(server: string | undefined): void {
    for (const [client, led] of this.#servers) {
      if (led !== server) continue
      if (this.#busy.has(client)) this.#spoilt.add(client)
      else abandon(client)
    }
  }
}

/** Wraps the `query` of each connection that the pool opens. */
function wrapQueries(pool: Pool, wrap: (client: PoolClient, query: Query) => Query): void {
  pool.on('connect', (client) => {
    Object.assign(client, { query: wrap(client, client.query.bind(client) as Query) })
  })
}
