import type { Pool, PoolClient } from 'pg'
import { statementName } from './prepared.ts'

/**
 * Whether a connection leads to PostgreSQL itself. A pooler in between, which may give each transaction another connection,
 * makes up the process number that a client is told when it connects: it is not the one that answers.
 */
export async function leadsDirectly(client: PoolClient): Promise<boolean> {
  const told = 'processID' in client ? client.processID : undefined
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid === told
}

type Query = (...args: unknown[]) => Promise<unknown> | undefined

/** Has the statements of prepared queries remembered by name on the connections in `direct`, where they stay the same. */
export function nameStatements(pool: Pool, direct: WeakSet<object>): void {
  wrapQueries(pool, (client, query) => (...args) => {
    const [text, values] = args
    const name = typeof text === 'string' && direct.has(client) ? statementName(text) : undefined
    return name === undefined ? query(...args) : query({ name, text, values })
  })
}

/**
 * The connections on which the driver gave up waiting for an answer. It may still come: a `begin` that was given up would
 * leave whoever has the connection next in a transaction that nobody ends, so they are not used again.
 */
export function noteUnanswered(pool: Pool): WeakSet<object> {
  const unanswered = new WeakSet<object>()
  wrapQueries(pool, (client, query) => (...args) => {
    const answer = query(...args)
    answer?.catch((error: unknown) => {
      if (error instanceof Error && error.message === 'Query read timeout') unanswered.add(client)
    })
    return answer
  })
  return unanswered
}

/** Puts something around the `query` of each connection that the pool makes. */
function wrapQueries(pool: Pool, wrap: (client: PoolClient, query: Query) => Query): void {
  pool.on('connect', (client) => {
    Object.assign(client, { query: wrap(client, client.query.bind(client) as Query) })
  })
}
