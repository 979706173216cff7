import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, type ServerProcess, startProcess } from '../process.ts'

/** What the rounds did, and what they found wrong; `wrong` is empty when nothing was lost. */
export interface KillReport {
  rounds: number
  signUps: number
  refreshes: number
  signOuts: number
  /** Requests that the kill cut off: nobody was told how they ended. */
  cutOff: number
  wrong: string[]
}

/** What a worker was told, and may rely on from then on. */
interface Session {
  readonly username: string
  token: string
  refreshToken: string
  signedOut: boolean
  /** A sign-out was sent, and nobody knows whether it was done. */
  uncertain: boolean
}

const password = 'staple-horse-battery-9'
const workers = 8

/**
 * Kills a server on SQLite (SIGKILL) at random moments while workers sign up, refresh and sign out; starts it again each
 * time, and checks that everything that was acknowledged is still so: who signed up can go on, who signed out cannot.
 */
export async function killRounds(
  rounds: number,
  onRound: (report: KillReport) => void = () => undefined,
): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'))
  const env = { GATEHOUSE_DATA_DIR: folder, LOG_LEVEL: 'error', GATEHOUSE_HASH_WORKERS: '2' }
  const report: KillReport = { rounds: 0, signUps: 0, refreshes: 0, signOuts: 0, cutOff: 0, wrong: [] }
  const port = await freePort()
  let server = await startProcess(port, env)
  try {
    for (let round = 0; round < rounds; round += 1) {
      const sessions = await workUntilKilled(server, report, round)
      server = await startProcess(port, env)
      for (const session of sessions) await check(server, session, report)
      report.rounds += 1
      onRound(report)
    }
  } finally {
    await server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  return report
}

async function workUntilKilled(server: ServerProcess, report: KillReport, round: number): Promise<Session[]> {
  const sessions: Session[] = []
  const killed = { yes: false }
  const working = Array.from({ length: workers }, async (_, worker) => {
    for (let turn = 0; !killed.yes; turn += 1) {
      await oneLife(server, `w${worker}.r${round}.t${turn}`, sessions, report, killed)
    }
  })
  // Counted in work, not in time: on a slow machine a moment would be over before anything happened.
  const enough = report.signUps + 5 + Math.floor(Math.random() * 30)
  const latest = performance.now() + 30_000
  while (report.signUps < enough && performance.now() < latest) await pause(5)
  await pause(Math.random() * 50)
  killed.yes = true
  await server.kill('SIGKILL')
  await Promise.all(working)
  return sessions
}

/** Signs up, refreshes a few times, and in every other life signs out; ends early when the server is gone. */
async function oneLife(
  { url }: ServerProcess,
  username: string,
  sessions: Session[],
  report: KillReport,
  killed: { yes: boolean },
): Promise<void> {
  const signedUp = await post(url, '/auth/sign-up', { username, password })
  if (signedUp === undefined) return cutOff(report)
  if (signedUp.status !== 201) return blame(report, killed, `sign-up answered ${signedUp.status}`)
  report.signUps += 1
  const session: Session = { username, ...tokensOf(signedUp.body), signedOut: false, uncertain: false }
  sessions.push(session)

  for (let times = 0; times < 3; times += 1) {
    const refreshed = await post(url, '/auth/refresh', { refresh_token: session.refreshToken })
    if (refreshed === undefined) return cutOff(report)
    if (refreshed.status !== 200) return blame(report, killed, `refresh answered ${refreshed.status}`)
    report.refreshes += 1
    Object.assign(session, tokensOf(refreshed.body))
  }
  if (Math.random() < 0.5) return
  session.uncertain = true
  const signedOut = await post(url, '/auth/sign-out', undefined, session.token)
  if (signedOut === undefined) return cutOff(report)
  if (signedOut.status !== 204) return blame(report, killed, `sign-out answered ${signedOut.status}`)
  report.signOuts += 1
  Object.assign(session, { signedOut: true, uncertain: false })
}

/** Whatever was acknowledged has to hold after the restart. */
async function check({ url }: ServerProcess, session: Session, report: KillReport): Promise<void> {
  if (session.uncertain) return
  const own = await get(url, '/users/me', session.token)
  const refreshed = await post(url, '/auth/refresh', { refresh_token: session.refreshToken })
  const expected = session.signedOut ? 401 : 200
  if (own?.status !== expected) {
    report.wrong.push(`${session.username}: own record answered ${own?.status}, not ${expected}`)
  }
  if (refreshed?.status !== expected) {
    report.wrong.push(`${session.username}: refresh answered ${refreshed?.status}, not ${expected}`)
  }
}

function cutOff(report: KillReport): void {
  report.cutOff += 1
}

/** A bad answer while the server was up is a fault of its own. */
function blame(report: KillReport, killed: { yes: boolean }, what: string): void {
  if (!killed.yes) report.wrong.push(what)
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Undefined where the connection broke before there was an answer. */
async function post(url: string, path: string, body: unknown, token?: string): Promise<Answer | undefined> {
  const headers = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  }
  return send(`${url}${path}`, {
    method: 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const get = (url: string, path: string, token: string): Promise<Answer | undefined> =>
  send(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } })

async function send(url: string, init: RequestInit): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, init)
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined // broken off, or half a body
    throw error
  }
}

function tokensOf(body: unknown): { token: string; refreshToken: string } {
  const { token, refresh_token: refreshToken } = body as { token: string; refresh_token: string }
  return { token, refreshToken }
}
