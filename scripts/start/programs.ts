import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from '../run.ts'

const running = new Set<ChildProcess>()

interface Program {
  name: string
  args: readonly string[]
  env: NodeJS.ProcessEnv
  onEnd: (name: string, code: number) => void
}

/** Starts a program under this process's own Node; it prints where this process does. */
export function startProgram({ name, args, env, onEnd }: Program): ChildProcess {
  // a group of its own: Ctrl-C reaches this process alone, which then ends the others in order
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  running.add(child)
  child.once('exit', (code) => {
    running.delete(child)
    onEnd(name, code ?? 1)
  })
  return child
}

/** Asks every program to end, and kills those that have not after ten seconds. */
export async function stopPrograms(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const ended = once(child, 'exit')
      const tooLong = setTimeout(() => child.kill('SIGKILL'), 10_000)
      child.kill('SIGTERM')
      await ended
      clearTimeout(tooLong)
    }),
  )
}

/**
 * Waits until a program says that it is ready, with a message to the process that started it.
 *
 * @throws Error when it ends first
 */
export async function untilItSaysReady(program: ChildProcess): Promise<void> {
  const settled = new AbortController()
  const { signal } = settled
  const ended = once(program, 'exit', { signal }).then(() => {
    throw new Error('The server did not start; what it says above tells why.')
  })
  try {
    await Promise.race([once(program, 'message', { signal }), ended])
  } finally {
    settled.abort()
  }
}

/**
 * Waits until an address answers with success.
 *
 * @throws Error when the program ends first, or after 30 seconds
 */
export async function waitUntilReady(url: string, program: ChildProcess): Promise<void> {
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    if (program.exitCode !== null || program.signalCode !== null)
      throw new Error(`Nothing answers at ${url}.`)
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Nothing answered at ${url} within 30 seconds.`)
}
