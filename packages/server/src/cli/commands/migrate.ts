import type { Command } from 'commander'
import { loggerTo } from '../../platform/log.ts'
import { readConfig } from '../../read-config.ts'
import { openRuntime, prepare } from '../../runtime.ts'
import type { CommandTools } from '../command.ts'
import { addSettings, environmentOf } from '../flags.ts'

/** `gatehouse migrate`: migrates the database without serving. */
export function define(command: Command, { terminal }: CommandTools): void {
  addSettings(command, { shown: false })
    .option('--json', 'print JSON (the default unless the output is a terminal)')
    .action(async (options: Record<string, unknown>) => {
      const log = loggerTo('warn', { write: (line) => terminal.note(line.trimEnd()) })
      const runtime = await openRuntime(readConfig(environmentOf(terminal, options)), { log })
      try {
        const steps = await prepare(runtime.ctx)
        const text =
          steps.length === 0 ? 'The database is up to date.' : `Migrations applied: ${steps.join(', ')}`
        terminal.print(options['json'] === true || !terminal.interactive ? JSON.stringify({ steps }) : text)
      } finally {
        await runtime.close()
      }
    })
}
