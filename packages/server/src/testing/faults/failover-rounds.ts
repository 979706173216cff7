import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { startPostgresPair } from '../postgres-pair.ts'
import { freePort, type ServerProcess, startProcess } from '../process.ts'
import {
  type Answer,
  check,
  emptyReport,
  type LifeReport,
  oneLife,
  type Round,
  type Session,
} from './lives.ts'

export interface FailoverReport extends LifeReport {
  /** Answers that the database is not available, each with `Retry-After`. */
  unavailable: number
  /** Milliseconds from the promotion until every instance had written again, of each round. */
  recoveredAfter: number[]
}

export interface Failover {
  readonly instances: number
  /** How the primary fails: its host refuses connections, or stops answering. */
  readonly primary: 'killed' | 'silent'
}

const workers = 6
const longest = 60_000

/**
 * Takes the primary of a PostgreSQL pair away while workers sign up, refresh and sign out; promotes its synchronous
 * standby, waits until every instance goes on by itself, and checks that everything that was acknowledged is still so.
 */
export async function failoverRounds(
  rounds: readonly Failover[],
  onRound: (report: FailoverReport) => void = () => undefined,
): Promise<FailoverReport> {
  const report: FailoverReport = { ...emptyReport(), unavailable: 0, recoveredAfter: [] }
  for (const round of rounds) {
    await oneRound(round, report)
    report.rounds += 1
    onRound(report)
  }
  return report
}

async function oneRound({ instances, primary }: Failover, report: FailoverReport): Promise<void> {
  const pair = await startPostgresPair()
  const servers: ServerProcess[] = []
  try {
    for (let n = 0; n < instances; n += 1) servers.push(await startInstance(pair.url))
    const urls = servers.map(({ url }) => url)
    const fault = { since: false }
    const work = workOn(urls, report, fault)
    await until('work was done', () => work.sessions.length >= 10)
    fault.since = true
    await (primary === 'killed' ? pair.killPrimary() : pair.silencePrimary())
    const before = report.unavailable
    await until('requests were told that the database is gone', () => report.unavailable >= before + 4)

    await pair.promote()
    const promoted = performance.now()
    for (const url of urls) await untilWritten(url)
    report.recoveredAfter.push(Math.round(performance.now() - promoted))
    const enough = work.sessions.length + 10
    await until('work went on', () => work.sessions.length >= enough)
    await work.stop()

    await untilListening(pair.standbyUrl, instances)
    for (const [index, session] of work.sessions.entries())
      await check(urls[index % urls.length] ?? '', session, report, { late: true })
  } finally {
    await Promise.all(servers.map((server) => server.kill('SIGKILL')))
    await pair.stop()
  }
}

async function startInstance(url: string): Promise<ServerProcess> {
  return startProcess(await freePort(), {
    DATABASE_URL: url,
    GATEHOUSE_SECRET: 'a secret that is used in tests and nowhere else',
    // one address for all, as behind a load balancer
    GATEHOUSE_ISSUER: 'http://localhost:3000',
    LOG_LEVEL: 'error',
    GATEHOUSE_HASH_WORKERS: '1',
  })
}

interface Work {
  readonly sessions: readonly Session[]
  stop(): Promise<void>
}

/** Runs workers through one life after another, each on the next instance. */
function workOn(urls: readonly string[], report: FailoverReport, fault: { readonly since: boolean }): Work {
  const round: Round = {
    sessions: [],
    report,
    excuses(answer: Answer | undefined): boolean {
      const isUnavailable = fault.since && answer?.status === 503 && answer.saysWhen
      if (isUnavailable) report.unavailable += 1
      return isUnavailable
    },
  }
  let stopped = false
  const working = Array.from({ length: workers }, async (_, worker) => {
    for (let turn = 0; !stopped; turn += 1) {
      const url = urls[(worker + turn) % urls.length] ?? ''
      await oneLife(url, `w${worker}.r${report.rounds}.t${turn}`, round)
    }
  })
  return {
    sessions: round.sessions,
    async stop() {
      stopped = true
      await Promise.all(working)
    },
  }
}

let probes = 0

/** Waits until an instance accepts writes: a new user can sign up. */
async function untilWritten(url: string): Promise<void> {
  const deadline = performance.now() + longest
  while (performance.now() < deadline) {
    probes += 1
    const response = await fetch(`${url}/auth/sign-up`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: `probe${probes}`, password: 'staple-horse-battery-9' }),
    })
    await response.arrayBuffer()
    if (response.status === 201) return
    await pause(20)
  }
  throw new Error('an instance has not recovered')
}

/** Waits until every instance listens on the new primary. */
async function untilListening(url: string, instances: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await until('every instance listens', async () => {
      const { rows } = await client.query(
        `select 1 from pg_stat_activity where application_name = 'gatehouse listener'`,
      )
      return rows.length >= instances
    })
  } finally {
    await client.end()
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + longest
  while (performance.now() < deadline) {
    if (await holds()) return
    await pause(10)
  }
  throw new Error(`not reached in time: ${what}`)
}
