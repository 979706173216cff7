import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { ProveSetupError } from '../config.ts'

/** The application under test, started by the prover. */
export interface Application {
  /** The last lines that it printed, for when something goes wrong. */
  output(): string
  /** Throws ProveSetupError once the application has ended by itself. */
  assertRunning(): void
  stop(): Promise<void>
}

const handedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'LANG',
  'LC_ALL',
  'TZ',
  'SystemRoot',
  'NODE_OPTIONS',
] as const
const keptOutput = 16 * 1024
const stopMs = 5_000

/**
 * Starts the application with an allow-listed environment: nothing of the prover's own reaches it by accident, so
 * that a production address in a shell is never attacked.
 */
export function startApplication(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  passEnv: readonly string[],
): Application {
  const [program, ...parameters] = command
  if (program === undefined)
    throw new ProveSetupError('No command to start: give one after `--`, e.g. `-- npm start`.')
  const env: NodeJS.ProcessEnv = {}
  for (const name of [...handedOn, ...passEnv]) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  Object.assign(env, environment)

  // A group of its own: `npm start` starts a shell which starts the server, and all of them must end.
  const child = spawn(program, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let printed = ''
  let ended: string | undefined
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString('utf8')).slice(-keptOutput)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('error', (error) => {
    ended = `could not be started: ${error.message}`
  })
  child.on('exit', (code, signal) => {
    ended ??= `ended by itself (${signal ?? `exit code ${code}`})`
  })

  return {
    output: () => printed,
    assertRunning() {
      if (ended !== undefined) {
        throw new ProveSetupError(`The application ${ended}. It printed:\n${printed.trim() || '(nothing)'}`)
      }
    },
    stop: () => stopGroup(child),
  }
}

/** Waits until the application takes connections, at most `seconds`. */
export async function untilListening(
  application: Application | undefined,
  base: URL,
  seconds: number,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    application?.assertRunning()
    if (await takesConnections(base)) return
    if (performance.now() > deadline) {
      const printed = application?.output().trim()
      throw new ProveSetupError(
        `Nothing listens on ${base.origin} after ${seconds} s. ` +
          `Set \`base\` in prove.config.ts to where the application listens.${printed ? ` The application printed:\n${printed}` : ''}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Refuses to go on where another program already answers: its answers would be taken for the application's. */
export async function assertFree(base: URL): Promise<void> {
  if (await takesConnections(base)) {
    throw new ProveSetupError(
      `Something already listens on ${base.origin}. Stop it first, or leave the command out to attack what runs there.`,
    )
  }
}

function takesConnections(base: URL): Promise<boolean> {
  const port = Number(base.port || (base.protocol === 'https:' ? 443 : 80))
  return new Promise((resolve) => {
    const socket = connect({ host: base.hostname.replace(/^\[|\]$/g, ''), port, timeout: 1000 })
    const answer = (listening: boolean) => (): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false))
  })
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })
  signalGroup(child.pid, 'SIGTERM')
  const timer = setTimeout(() => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'), stopMs)
  await gone
  clearTimeout(timer)
  signalGroup(child.pid, 'SIGKILL') // whatever of the group outlived its leader
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!gone) throw error
  }
}
