import { closest } from '@gatehouse/guard/option-names'
import { Command } from 'commander'
import { capabilities } from '../capabilities.ts'
import { flagOf } from '../config/setting.ts'
import { settings } from '../settings.ts'
import { version } from '../version.ts'
import type { CommandGroup, CommandTools } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The commands that start the server, and those that capabilities bring, by name. */
const own: readonly CommandGroup[] = [
  {
    name: 'serve',
    summary: 'run the server',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'migrate',
    summary: 'migrate the database to this version (serve does this, too)',
    load: () => import('./commands/migrate.ts'),
  },
]

/** Every group once, in the order of the help, with all that define it. */
function groupsOf(commands: readonly CommandGroup[]): Map<string, CommandGroup[]> {
  const groups = new Map<string, CommandGroup[]>()
  for (const command of commands) groups.set(command.name, [...(groups.get(command.name) ?? []), command])
  return groups
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
  const brought = capabilities
    .flatMap(({ commands = [] }) => commands)
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'))
  for (const [name, parts] of groupsOf([...own, ...brought])) {
    const command = program.command(name).description(parts[0]?.summary ?? '')
    if (args.includes(name)) await defineAll(command, parts, terminal)
  }
  // listed here, run by runCommandLine: its command line is @gatehouse/prove's
  program.command('prove').description('attack a running API as every kind of caller')
  const { routesCommand } = await import('./commands/routes.ts')
  program.addCommand(routesCommand((text) => terminal.print(text)).copyInheritedSettings(program))
  return program
}

async function defineAll(
  command: Command,
  parts: readonly CommandGroup[],
  terminal: Terminal,
): Promise<void> {
  const { databaseCommand } = await import('./database-command.ts')
  const tools: CommandTools = {
    terminal,
    databaseCommand: (command, work) => databaseCommand(terminal, command, work),
  }
  for (const { load } of parts) (await load()).define(command, tools)
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
