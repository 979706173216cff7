import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../packages/server/src/testing/process.ts'

/** A server in a process of its own. */
export interface Server {
  readonly url: string
  /** Milliseconds from the process's start to its first answer. */
  readonly startMs: number
  /** Bytes of memory that the process holds now. */
  memory(): number
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly script: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** A path that answers once the server is up. */
  readonly ready: string
  /** The processor to run on alone, where `taskset` is there; any otherwise. */
  readonly core?: number
}

export async function startServer({ script, args = [], env, ready, core }: ServerOptions): Promise<Server> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const command =
    core === undefined
      ? [process.execPath, script, ...args]
      : ['taskset', '-c', String(core), process.execPath, script, ...args]
  const began = performance.now()
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { PATH: process.env.PATH, ...env, PORT: String(port), GATEHOUSE_ISSUER: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  // whatever becomes of the measurement, no server outlives it
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  await answers(`${url}${ready}`, child)
  const startMs = performance.now() - began
  return { url, startMs, memory: () => residentBytes(child), stop: () => stop(child) }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`)
    const up = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status < 500
      },
      () => false,
    )
    if (up) return
    await pause(5)
  }
  throw new Error(`nothing answers at ${url}`)
}

/** Resident memory, as Linux tells it; 0 elsewhere. */
function residentBytes({ pid }: ChildProcess): number {
  if (process.platform !== 'linux' || pid === undefined) return 0
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(timer)
}
