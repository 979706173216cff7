import type { Client, Pool, PoolClient } from 'pg'
import { abandon, isReadOnly } from './postgres-servers.ts'
import { statementName } from './prepared.ts'

type Query = (...args: unknown[]) => Promise<unknown> | undefined

/** Has the statements of prepared queries remembered by name on the connections in `direct`, where they stay the same. */
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
  /** What is in use, with a mark of its own for each use. */
  readonly #busy = new Map<object, symbol>()
  readonly #spoilt = new WeakSet<object>()
  #busyBefore: ReadonlySet<symbol> = new Set()

  /** Notes a connection that is about to be made, and where it leads. */
  opening(client: Client, server: string): void {
    this.#servers.set(client, server)
    client.once('end', () => this.#servers.delete(client))
  }

  /** Watches which connections are in use, and what their queries end with. */
  watch(pool: Pool): void {
    pool.on('acquire', (client) => this.#busy.set(client, Symbol()))
    pool.on('release', (_error, client) => this.#busy.delete(client))
    wrapQueries(pool, (client, query) => (...args) => {
      const answer = query(...args)
      answer?.catch((error: unknown) => this.failed(client, error))
      return answer
    })
  }

  /** A query of this connection failed, which may say that it is of no use any more. */
  failed(client: Client, error: unknown): void {
    // The answer may still come: a `begin` that was given up would leave whoever has the connection next in a
    // transaction that nobody ends.
    if (error instanceof Error && error.message === 'Query read timeout') this.#spoilt.add(client)
    if (isReadOnly(error)) this.#distrust(this.#servers.get(client))
  }

  /** Whether the connection must not be used again. */
  isSpoilt(client: object): boolean {
    return this.#spoilt.has(client)
  }

  /** Breaks off every connection that leads to another server, those in use included: their queries may hang. */
  dropAllBut(server: string): void {
    for (const [client, led] of this.#servers) if (led !== server) abandon(client)
  }

  /** Whether any connection has been in one use since the last call. */
  isAnyHeld(): boolean {
    const [now, before] = [new Set(this.#busy.values()), this.#busyBefore]
    this.#busyBefore = now
    return !now.isDisjointFrom(before)
  }

  /** A server became read-only, for all its connections alike: those at rest end now, those in use when released. */
  #distrust(server: string | undefined): void {
    for (const [client, led] of this.#servers) {
      if (led !== server) continue
      if (this.#busy.has(client)) this.#spoilt.add(client)
      else abandon(client)
    }
  }
}

/** Puts something around the `query` of each connection that the pool makes. */
function wrapQueries(pool: Pool, wrap: (client: PoolClient, query: Query) => Query): void {
  pool.on('connect', (client) => {
    Object.assign(client, { query: wrap(client, client.query.bind(client) as Query) })
  })
}
