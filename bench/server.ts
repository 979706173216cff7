// The server beside better-auth on the same PostgreSQL: own record, the same in a storm of sign-ins, refresh, sign-ins
// against the limit of argon2, start and memory. Rounds alternate between the two.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import pg from 'pg'
import { argon2Parameters, createHasher } from '../packages/server/src/platform/crypto/argon2-hasher.ts'
import { startPostgres } from '../packages/server/src/testing/postgres.ts'
import { median } from './quantiles.ts'
import { load, type Measured } from './server/load.ts'
import { betterAuth, gatehouse, type Subject } from './server/subjects.ts'

const rounds = 3
const seconds = 4
const users = 16

export async function run(): Promise<void> {
  const postgres = await startPostgres({ durable: true })
  try {
    await oneCore(postgres.url)
    await signInLimit(postgres.url)
  } finally {
    await postgres.stop()
  }
}

type Maker = (database: string, users: number, core?: number) => Promise<Subject>

async function oneCore(url: string): Promise<void> {
  const core = pinnable() ? availableParallelism() - 1 : undefined
  const subjects: Subject[] = []
  for (const make of [gatehouse, betterAuth] satisfies Maker[])
    subjects.push(await make(await newDatabase(url), users, core))
  const table: Record<string, Record<string, string>> = {}
  for (const { name, server } of subjects) {
    table[`${name}: process start to first answer`] = { value: `${server.startMs.toFixed(0)} ms` }
    table[`${name}: memory at rest, after ${users} sign-ups`] = { value: mib(server.memory()) }
  }
  const kinds: [string, (subject: Subject) => Promise<Measured>][] = [
    ['own record', ({ ownRecord }) => load(users, seconds, ownRecord)],
    ['refresh', ({ refresh }) => load(users, seconds, refresh)],
    ['own record, one client', ({ ownRecord }) => load(1, seconds, () => ownRecord(0))],
    ['own record, one client, while 16 sign in', storm],
  ]
  for (const [kind, measure] of kinds) {
    const results = new Map<string, Measured[]>()
    for (let round = 0; round < rounds; round += 1) {
      for (const subject of subjects) {
        results.set(subject.name, [...(results.get(subject.name) ?? []), await measure(subject)])
      }
    }
    for (const [name, measured] of results) table[`${name}: ${kind}`] = row(measured)
  }
  for (const { name, server } of subjects)
    table[`${name}: memory after the load`] = { value: mib(server.memory()) }
  console.log(
    `\nOne core${core === undefined ? ' (not pinned)' : ''}, PostgreSQL, ${rounds} rounds of ${seconds} s in turn; medians`,
  )
  console.table(table)
  for (const subject of subjects) await subject.close()
}

/** One honest client reads while 16 sign in; sign-ins are counted in the result's failures-free rate by themselves. */
async function storm(subject: Subject): Promise<Measured> {
  const [reading, signing] = await Promise.all([
    load(1, seconds, () => subject.ownRecord(0)),
    load(users, seconds, subject.signIn),
  ])
  console.log(
    `${subject.name}: ${signing.perSecond.toFixed(1)} sign-ins/s meanwhile, ${signing.failures} refused`,
  )
  return reading
}

async function signInLimit(url: string): Promise<void> {
  const cores = availableParallelism()
  const subject = await gatehouse(await newDatabase(url), users)
  const hasher = createHasher(
    { workers: cores, queue: 1000, queuePerLane: 1000, lowerPriority: false },
    argon2Parameters,
  )
  const hash = await hasher.hash('staple-horse-battery-9')
  const signIns: number[] = []
  const limit: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    limit.push(
      (await load(cores * 2, seconds, () => hasher.verify(hash, 'staple-horse-battery-9'))).perSecond,
    )
    signIns.push((await load(cores * 4, seconds, subject.signIn)).perSecond)
  }
  await hasher.close()
  await subject.close()
  console.log(`\nSign-ins, ${cores} cores, PostgreSQL, ${rounds} rounds in turn; medians`)
  console.table({
    'argon2id alone (19 MiB, t=2)': { 'per second': median(limit).toFixed(1) },
    'sign-ins': {
      'per second': median(signIns).toFixed(1),
      'of the limit': (median(signIns) / median(limit)).toFixed(2),
    },
  })
}

async function newDatabase(url: string): Promise<string> {
  const name = `gatehouse_bench_${randomBytes(4).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

function pinnable(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' })
    return true
  } catch {
    return false // another system, or one without util-linux: then the numbers are of all cores, and say so
  }
}

function row(measured: readonly Measured[]): Record<string, string> {
  const of = (pick: (each: Measured) => number): number => median(measured.map(pick))
  return {
    'per second': of(({ perSecond }) => perSecond).toFixed(0),
    'p50 ms': of(({ p50 }) => p50).toFixed(1),
    'p99 ms': of(({ p99 }) => p99).toFixed(1),
    failures: String(measured.reduce((sum, { failures }) => sum + failures, 0)),
  }
}

const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`

if (import.meta.main) await run()
