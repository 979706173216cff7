import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import type { Actor, Context } from '../platform/context.ts'
import { loggerTo } from '../platform/log.ts'
import { openRuntime, prepare } from '../runtime.ts'
import { addSettings, environmentOf } from './flags.ts'
import type { Terminal } from './terminal.ts'

/** Whoever may run a command on the database's machine may do everything. */
export const system: Actor = { kind: 'system' }

/** What a command concluded: data for programs, text for people. */
export interface Result {
  readonly json: unknown
  readonly text: string
}

/**
 * Makes a command that works on the database: it opens it, brings it up to date, runs `work`, prints what comes out
 * (JSON where no person reads, or with `--json`), and lets go of everything.
 */
export function databaseCommand<Args extends unknown[]>(
  command: Command,
  terminal: Terminal,
  work: (ctx: Context, ...args: Args) => Promise<Result>,
): Command {
  return addSettings(command, { shown: false })
    .option('--json', 'print JSON (the default where the output is no terminal)')
    .action(async (...given: unknown[]) => {
      // commander hands over the arguments, then the options, then the command
      const options = given.at(-2) as Record<string, unknown>
      const config = readConfig(environmentOf(terminal, options))
      const log = loggerTo('warn', { write: (line) => terminal.note(line.trimEnd()) })
      const runtime = await openRuntime(config, { log })
      try {
        await prepare(runtime.ctx)
        const { json, text } = await work(runtime.ctx, ...(given.slice(0, -1) as Args))
        const whole = options['json'] === true || !terminal.interactive
        terminal.print(whole ? JSON.stringify(json, null, 2) : text)
      } finally {
        await runtime.close()
      }
    })
}
