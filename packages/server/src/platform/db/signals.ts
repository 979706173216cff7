import { sql } from 'kysely'
import type { Client } from 'pg'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'
import { abandon, assertWritable } from './postgres-servers.ts'
import { readPostgresUrl } from './postgres-url.ts'

/**
 * Notifies the listeners of a channel, on every instance, once the transaction commits. Only an optimization: a
 * notification may get lost, and SQLite has none.
 */
export async function notify(db: Executor, channel: string): Promise<void> {
  if (dialectOf(db) === 'sqlite') return
  await sql`select pg_notify(${channel}, '')`.execute(db)
}

export interface Listening {
  close(): Promise<void>
}

export interface ListenEvents {
  /** Called once listening begins; earlier notifications were missed. */
  readonly onListening: () => void
  readonly onSignal: () => void
}

/** Milliseconds between attempts to listen, each of which tries every server. */
const [firstPause, longestPause] = [500, 5_000]
/** Milliseconds between health checks of the connection: a server that vanished never says so. */
const beat = 2_000
/** Milliseconds that a query of this connection may take. */
const queryMs = 4_000
/** Milliseconds after which a connection attempt times out; another follows. */
const patience = 10_000

/**
 * Listens on a PostgreSQL channel over a dedicated connection, and reconnects to whichever server of the URL accepts
 * writes. Behind a transaction pooler nothing may ever arrive, so never rely on this alone.
 */
export function listenTo(url: string, channel: string, { onListening, onSignal }: ListenEvents): Listening {
  const { servers, connectMs = patience } = readPostgresUrl(url)
  let stopped = false
  let pause = firstPause
  let timer: NodeJS.Timeout | undefined
  let current: Client | undefined

  const again = (): void => {
    current = undefined
    clearInterval(timer)
    if (stopped) return
    timer = setTimeout(() => void connect(), pause)
    timer.unref()
    pause = Math.min(longestPause, pause * 2)
  }

  const connect = async (): Promise<void> => {
    for (const server of servers) if (stopped || (await listens(server))) return
    again() // polling goes on without; the pool's own errors say that the database is gone
  }

  /** Resolves to whether it listens now. If the connection ends, it reconnects by itself. */
  const listens = async (server: string): Promise<boolean> => {
    const { default: pg } = await import('pg')
    const client = new pg.Client({
      connectionString: server,
      keepAlive: true,
      connectionTimeoutMillis: connectMs,
      query_timeout: queryMs,
      application_name: 'gatehouse listener',
    })
    const listen = (): Promise<unknown> => client.query(`listen ${client.escapeIdentifier(channel)}`)
    let isListening = false
    const lose = (): void => {
      client.removeAllListeners('notification')
      abandon(client)
      if (isListening) again()
      isListening = false
    }
    client.on('error', lose)
    client.on('end', lose)
    client.on('notification', onSignal)
    try {
      await client.connect()
      await assertWritable(client)
      await listen()
    } catch {
      lose()
      return false
    }
    if (stopped) {
      lose()
      return true
    }
    isListening = true
    current = client
    pause = firstPause
    // a server that became a standby refuses to listen
    timer = setInterval(() => void listen().catch(lose), beat)
    timer.unref()
    onListening()
    return true
  }

  void connect()
  return {
    async close() {
      stopped = true
      clearInterval(timer) // or the timeout: they are cleared alike
      await current?.end()
    },
  }
}
