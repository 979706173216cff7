import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's root folder, without a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

export interface Outcome {
  /** The exit code; 1 where a signal ended the process. */
  code: number
  /** Standard output and standard error, in the order they came. */
  output: string
}

/** Runs a program to its end and gives its exit code and everything it printed. Never throws for a failing program. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; onOutput?: (text: string) => void } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      options.onOutput?.(chunk.toString())
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }))
    child.on('close', (code, signal) => {
      const ended = signal === null ? '' : `${program} was ended by ${signal}\n`
      resolve({ code: code ?? 1, output: output + ended })
    })
  })
}

/** Like `run`, for steps that cannot go on without the program's success. @throws Error with the program's output */
export async function must(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { code, output } = await run(program, args, options)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed (exit code ${code})\n${output}`)
  return output
}
