import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A server that runs in a separate process. */
export interface ServerProcess {
  readonly url: string
  /** Everything that it has logged. */
  log(): string
  kill(signal: NodeJS.Signals): Promise<void>
}

const script = fileURLToPath(new URL('./serve.ts', import.meta.url))
const startMs = 60_000

/** Starts a server on a port and waits until it is ready. */
export async function startProcess(
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      GATEHOUSE_ISSUER: url,
      GATEHOUSE_LIMITS: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-1_000_000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  await untilReady(url, child, () => log)
  return { url, log: () => log, kill: (signal) => kill(child, signal) }
}

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = performance.now() + startMs
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended:\n${log()}`)
    const ready = await fetch(`${url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    )
    if (ready) return
    await pause(20)
  }
  throw new Error(`the server is not ready after ${startMs / 1000} s:\n${log()}`)
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

/** A free port. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port')
  return address.port
}
