import { closest } from '@gatehouse/guard/option-names'
import { Command } from 'commander'
import { flagOf } from '../config/setting.ts'
import { settings } from '../settings.ts'
import { version } from '../version.ts'
import type { Terminal } from './terminal.ts'

interface Lazy {
  readonly summary: string
  /** Loads the command's definition; the general help loads none. */
  readonly load: () => Promise<{ define(command: Command, terminal: Terminal): void }>
}

const commands: Readonly<Record<string, Lazy>> = {
  serve: { summary: 'run the server', load: () => import('./commands/serve.ts') },
  migrate: {
    summary: 'migrate the database to this version (serve does this, too)',
    load: () => import('./commands/migrate.ts'),
  },
  user: { summary: 'manage users', load: () => import('./commands/user.ts') },
  role: { summary: 'manage roles and grant them', load: () => import('./commands/role.ts') },
  session: { summary: 'list and end sessions', load: () => import('./commands/session.ts') },
  key: { summary: 'manage signing keys', load: () => import('./commands/key.ts') },
}

/** The command line, as far as `args` need it. It never ends the process: errors are thrown. */
export async function createProgram(terminal: Terminal, args: readonly string[]): Promise<Command> {
  const program = new Command('gatehouse')
    .description('Users, credentials, sessions, keys and roles behind the tokens of your APIs')
    .version(version)
    .showHelpAfterError('See `--help`.')
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(withSuggestion(text)),
    })
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 success, 1 failure, 2 usage error.')
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary)
    if (args.includes(name)) (await load()).define(command, terminal)
  }
  // listed here, run by runCommandLine: its command line is @gatehouse/prove's
  program.command('prove').description('attack a running API as every kind of caller')
  const { routesCommand } = await import('./commands/routes.ts')
  program.addCommand(routesCommand((text) => terminal.print(text)).copyInheritedSettings(program))
  return program
}

/** Commands take settings without listing them, and commander suggests only what is listed. */
function withSuggestion(text: string): string {
  const [, flag] = /^error: unknown option '(--[^'=]+)[^']*'\s*$/.exec(text) ?? []
  const flags = settings.map(flagOf)
  // `--data-dir` is `--gatehouse-data-dir`
  const longer = flag?.replace('--', '--gatehouse-')
  const meant =
    flag === undefined ? undefined : (flags.find((each) => each === longer) ?? closest(flag, flags))
  return meant === undefined ? text : `${text.trimEnd()}\n(Did you mean ${meant}?)`
}
