import { explain } from './failure.ts'
import { createProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

/** Runs a command line (without the program's name) and returns the exit code. Errors are written to `terminal`. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    // its options are its own, and what comes after `--` is a command to start
    const [first, ...rest] = args
    if (first === 'prove') return await (await import('./commands/prove.ts')).prove(rest, terminal)
    const program = await createProgram(terminal, args)
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (error) {
    const { code, lines } = explain(error)
    for (const line of lines) terminal.note(line)
    return code
  }
}
