import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, type ServerProcess, startProcess } from '../process.ts'
import { check, emptyReport, type LifeReport, oneLife, type Session } from './lives.ts'

const workers = 8

/**
 * Kills a server on SQLite (SIGKILL) at random moments while workers sign up, refresh and sign out; starts it again each
 * time, and checks that every acknowledged change survived: those who signed up can continue, those who signed out cannot.
 */
export async function killRounds(
  rounds: number,
  onRound: (report: LifeReport) => void = () => undefined,
): Promise<LifeReport> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-kill-'))
  const env = { GATEHOUSE_DATA_DIR: folder, LOG_LEVEL: 'error', GATEHOUSE_HASH_WORKERS: '2' }
  const report = emptyReport()
  const port = await freePort()
  let server = await startProcess(port, env)
  try {
    for (let round = 0; round < rounds; round += 1) {
      const sessions = await workUntilKilled(server, report, round)
      server = await startProcess(port, env)
      for (const session of sessions) await check(server.url, session, report)
      report.rounds += 1
      onRound(report)
    }
  } finally {
    await server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  return report
}

async function workUntilKilled(server: ServerProcess, report: LifeReport, round: number): Promise<Session[]> {
  const sessions: Session[] = []
  const killed = { yes: false }
  const working = Array.from({ length: workers }, async (_, worker) => {
    for (let turn = 0; !killed.yes; turn += 1) {
      await oneLife(server.url, `w${worker}.r${round}.t${turn}`, {
        sessions,
        report,
        excuses: () => killed.yes,
      })
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
