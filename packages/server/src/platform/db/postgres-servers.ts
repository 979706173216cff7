import type { Client, ClientBase } from 'pg'

/** The server accepts no writes: a standby, or a demoted primary. Carries PostgreSQL's code for that. */
class ReadOnlyServer extends Error {
  readonly code = '25006'

  constructor() {
    super('The PostgreSQL server is read-only.')
  }
}

/** Whether PostgreSQL refused to write because the server is a standby, or was made read-only. */
export const isReadOnly = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '25006'

/**
 * Asks a new connection for its server process.
 *
 * @throws an error that `isReadOnly` recognizes when the server accepts no writes
 */
export async function assertWritable(client: ClientBase): Promise<{ pid: number }> {
  const { rows } = await client.query<{ pid: number; read_only: boolean }>(
    `select pg_backend_pid() as pid, current_setting('transaction_read_only') = 'on' as read_only`,
  )
  const [row] = rows
  if (row === undefined || row.read_only) throw new ReadOnlyServer()
  return row
}

/** Milliseconds for which a failed search is cached. */
const restMs = 250

/** The servers of one database. One at a time accepts writes, and which one may change. */
export class PostgresServers {
  readonly #urls: readonly string[]
  readonly #probe: (url: string) => Promise<void>
  readonly #onMove: () => void
  #current: string
  #search: Promise<void> | undefined

  /** `probe` rejects for a server that is unreachable or read-only; `onMove` is called when another one took over. */
  constructor(
    urls: readonly [string, ...string[]],
    { probe, onMove }: { probe: (url: string) => Promise<void>; onMove: () => void },
  ) {
    this.#urls = urls
    this.#current = urls[0]
    this.#probe = probe
    this.#onMove = onMove
  }

  get several(): boolean {
    return this.#urls.length > 1
  }

  /** The URL of the server that last accepted writes. */
  get current(): string {
    return this.#current
  }

  /**
   * Finds a server that accepts writes: the last good one first, then the others in order. Concurrent callers share one
   * search. Rejects with the last good server's error.
   */
  find(): Promise<void> {
    if (this.#search !== undefined) return this.#search
    const search = this.#find()
    const over = (): void => {
      this.#search = undefined
    }
    search.then(over, () => void setTimeout(over, restMs).unref())
    this.#search = search
    return search
  }

  async #find(): Promise<void> {
    const last = this.#current
    let reason: unknown
    for (const url of [last, ...this.#urls.filter((each) => each !== last)]) {
      try {
        await this.#probe(url)
        this.#current = url
        if (url !== last) this.#onMove()
        return
      } catch (error) {
        reason ??= error
      }
    }
    throw reason
  }
}

/** Connects to a server and disconnects. @throws an error when it is unreachable or accepts no writes */
export async function probe(url: string, limitMs: number): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
    application_name: 'gatehouse',
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await assertWritable(client)
  } finally {
    abandon(client)
  }
}

/** Closes a connection without waiting for the server, which may be gone. */
export function abandon(client: Client): void {
  client.connection.stream.destroy()
}
