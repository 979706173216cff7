import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './process.ts'

/** The program; undefined if it is not installed. On Debian it is not in most users' PATH. */
export const pgbouncer: string | undefined = ['pgbouncer', '/usr/sbin/pgbouncer'].find((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false // there is none
  }
})

export interface Pooler {
  /** The database's URL, through the pooler. */
  readonly url: string
  stop(): Promise<void>
}

/** Its connections to PostgreSQL: fewer than its clients have, so that they have to share. */
export const poolerConnections = 4
const startMs = 10_000

/** Starts a PgBouncer with transaction pooling, and only `settings` (lines) besides, in front of a database. */
export async function startPgBouncer(databaseUrl: string, settings = ''): Promise<Pooler> {
  if (pgbouncer === undefined) throw new Error('pgbouncer is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pgbouncer-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const url = new URL(databaseUrl)
  const users = join(folder, 'users.txt')
  const configuration = join(folder, 'pgbouncer.ini')
  writeFileSync(users, `"${url.username}" "${url.password}"\n`)
  writeFileSync(configuration, configurationFor(url, port, users) + settings)
  // it refuses to run as root
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(pgbouncer, [...user, configuration], { stdio: ['ignore', 'pipe', 'pipe'] })
  const own = new URL(databaseUrl)
  Object.assign(own, { hostname: '127.0.0.1', port: String(port) })
  await untilReady(own.href, child)
  return {
    url: own.href,
    async stop() {
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configurationFor(url: URL, port: number, users: string): string {
  const name = url.pathname.slice(1)
  const password = url.password === '' ? '' : ` password=${url.password}`
  return `[databases]
${name} = host=${url.hostname} port=${url.port || 5432} dbname=${name} user=${url.username}${password}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${poolerConnections}
`
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)))
  const deadline = performance.now() + startMs
  while (performance.now() < deadline && child.exitCode === null) {
    if (await answers(url)) return
    await pause(20)
  }
  await end(child)
  throw new Error(`pgbouncer did not come up:\n${said}`)
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    await client.end()
    return true
  } catch {
    return false // not yet
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
