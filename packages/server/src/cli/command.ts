import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type ConfigProblem, readSettings } from '../config/settings.ts'
import { databaseOf, readConfig } from '../config.ts'
import type { Actor, Context } from '../platform/context.ts'
import { DatabaseMissing } from '../platform/db/errors.ts'
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
 *
 * It makes no SQLite file: there would be nobody in it, and whoever mistyped a folder would look for their users.
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
      const environment = environmentOf(terminal, options)
      requireDatabase(environment)
      const config = readConfig(environment)
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

/** @throws DatabaseMissing where the settings name a SQLite file that does not exist; nothing has been made then */
function requireDatabase(environment: Readonly<Record<string, string | undefined>>): void {
  const problems: ConfigProblem[] = []
  const database = databaseOf(readSettings(environment, problems))
  // what is wrong with the settings themselves is told when they are read in earnest
  if (problems.length > 0 || database.kind !== 'sqlite' || existsSync(database.path)) return
  throw new DatabaseMissing(
    `There is no database at ${database.path}. \`gatehouse migrate\` makes one, and so does \`gatehouse serve\`; ` +
      'GATEHOUSE_DATA_DIR names the folder of one that exists, DATABASE_URL one on PostgreSQL.',
  )
}
