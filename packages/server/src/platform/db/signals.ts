import { sql } from 'kysely'
import { dialectOf } from './dialect.ts'
import type { Executor } from './executor.ts'

/**
 * Tells whoever listens on a channel, on any instance, once the transaction commits. It is a hint that makes things
 * faster: it may get lost, and SQLite has none.
 */
export async function notify(db: Executor, channel: string): Promise<void> {
  if (dialectOf(db) === 'sqlite') return
  await sql`select pg_notify(${channel}, '')`.execute(db)
}

export interface Listening {
  close(): Promise<void>
}

export interface ListenEvents {
  /** It is listened from now on; what was told before has been missed. */
  readonly onListening: () => void
  readonly onSignal: () => void
}

/** Milliseconds between attempts to listen. */
const [firstPause, longestPause] = [500, 30_000]
/** Milliseconds after which a connection that does not come about is given up; the next attempt follows. */
const patience = 10_000

/**
 * Listens on a PostgreSQL channel with a connection of its own, again and again: behind a transaction pooler nothing
 * may ever come, and whoever relies on this alone is wrong to.
 */
export function listenTo(url: string, channel: string, { onListening, onSignal }: ListenEvents): Listening {
  let stopped = false
  let pause = firstPause
  let timer: NodeJS.Timeout | undefined
  let current: { end(): Promise<void> } | undefined

  const again = (): void => {
    current = undefined
    if (stopped) return
    timer = setTimeout(() => void connect(), pause)
    timer.unref()
    pause = Math.min(longestPause, pause * 2)
  }

  const connect = async (): Promise<void> => {
    const { default: pg } = await import('pg')
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: patience,
      query_timeout: patience,
      application_name: 'gatehouse listener',
    })
    let lost = false
    const lose = (): void => {
      if (lost) return
      lost = true
      client.removeAllListeners('notification')
      client.end().catch(ignoreGone)
      again()
    }
    client.on('error', lose)
    client.on('end', lose)
    client.on('notification', onSignal)
    try {
      await client.connect()
      await client.query(`listen ${client.escapeIdentifier(channel)}`)
      if (stopped) return lose()
      current = client
      pause = firstPause
      onListening()
    } catch {
      lose() // polling goes on without; the pool's own errors say that the database is gone
    }
  }

  void connect()
  return {
    async close() {
      stopped = true
      clearTimeout(timer)
      await current?.end()
    },
  }
}

/** A connection that is given up may be gone already. */
function ignoreGone(): void {}
