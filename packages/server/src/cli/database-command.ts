import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { databaseOf, readCore } from '../config/core.ts'
import type { ConfigProblem } from '../config/setting.ts'
import type { Context } from '../context.ts'
import { DatabaseMissing } from '../platform/db/errors.ts'
import { loggerTo } from '../platform/log.ts'
import { readConfig } from '../read-config.ts'
import { openRuntime, prepare } from '../runtime.ts'
import type { Result } from './command.ts'
import { BadNews } from './failure.ts'
import { addSettings, environmentOf } from './flags.ts'
import type { Terminal } from './terminal.ts'

/** As `CommandTools` has it. */
export function databaseCommand<Args extends unknown[]>(
  terminal: Terminal,
  command: Command,
  work: (ctx: Context, ...args: Args) => Promise<Result | undefined>,
): void {
  addSettings(command, { shown: false })
    .option('--json', 'print JSON (the default unless the output is a terminal)')
    .action(async (...given: unknown[]) => {
      // commander hands over the arguments, then the options, then the command
      const options = given.at(-2) as Record<string, unknown>
      const environment = environmentOf(terminal, options)
      requireDatabase(environment)
      const config = readConfig(environment)
      const log = loggerTo('warn', { write: (line) => terminal.note(line.trimEnd()) })
      const runtime = await openRuntime(config, { log })
      try {
        await prepare(runtime.ctx)
        const result = await work(runtime.ctx, ...(given.slice(0, -1) as Args))
        if (result === undefined) return
        const { json, text, failed } = result
        const whole = options['json'] === true || !terminal.interactive
        terminal.print(whole ? JSON.stringify(json, null, 2) : text)
        if (failed === true) throw new BadNews()
      } finally {
        await runtime.close()
      }
    })
}

/** @throws DatabaseMissing if the settings name a SQLite file that does not exist; nothing is created then */
function requireDatabase(environment: Readonly<Record<string, string | undefined>>): void {
  const problems: ConfigProblem[] = []
  const database = databaseOf(readCore(environment, problems))
  // problems with the settings themselves are reported by readConfig
  if (problems.length > 0 || database.kind !== 'sqlite' || existsSync(database.path)) return
  throw new DatabaseMissing(
    `No database found at ${database.path}. \`gatehouse migrate\` and \`gatehouse serve\` create one; set ` +
      'GATEHOUSE_DATA_DIR to the folder of an existing one, or DATABASE_URL to one on PostgreSQL.',
  )
}
