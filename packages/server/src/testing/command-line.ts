import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { runCommandLine } from '../cli/run.ts'
import type { Terminal } from '../cli/terminal.ts'

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** Runs `gatehouse` in a separate process, with `input` on standard input and only `environment` set. */
export async function gatehouseProcess(
  args: readonly string[],
  environment: Environment,
  input = '',
): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', ...environment },
    stdio: 'pipe',
  })
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { code, stdout, stderr }
}

/** The same within this process, for tests that need many commands: piped, and without a person to ask unless `terminal` has one. */
export async function gatehouse(
  args: readonly string[],
  environment: Environment,
  input = '',
  terminal: Partial<Terminal> = {},
): Promise<Ran> {
  let stdout = ''
  let stderr = ''
  const code = await runCommandLine(args, {
    environment: { GATEHOUSE_HASH_WORKERS: '1', ...environment },
    interactive: false,
    print: (line) => {
      stdout += `${line}\n`
    },
    note: (line) => {
      stderr += `${line}\n`
    },
    readAll: async () => input,
    ask: async () => undefined,
    askSecret: async () => undefined,
    ...terminal,
  })
  return { code, stdout, stderr }
}
