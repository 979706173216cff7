import { closest } from '@gatehouse/guard/option-names'
import { Command } from 'commander'
import { flagOf, type SettingName, settings } from '../config/settings.ts'
import { version } from '../version.ts'
import type { Terminal } from './terminal.ts'

interface Lazy {
  readonly summary: string
  /** Loads what gives the command its arguments and its work; help for everything loads none. */
  readonly load: () => Promise<{ define(command: Command, terminal: Terminal): void }>
}

const commands: Readonly<Record<string, Lazy>> = {
  serve: { summary: 'run the server', load: () => import('./serve.ts') },
  migrate: {
    summary: 'bring the database up to date (serve does so too)',
    load: () => import('./migrate.ts'),
  },
  user: { summary: 'look after accounts', load: () => import('./user.ts') },
  role: { summary: 'look after roles, and who has them', load: () => import('./role.ts') },
  session: { summary: 'see where users are signed in, and end it', load: () => import('./session.ts') },
  key: { summary: 'look after signing keys', load: () => import('./key.ts') },
}

/** The command line, as far as `args` need it. Nothing in it ends the process: errors are thrown. */
export async function createProgram(terminal: Terminal, args: readonly string[]): Promise<Command> {
  const program = new Command('gatehouse')
    .description('Users, credentials, sessions, keys and roles behind the tokens of your APIs')
    .version(version)
    .showHelpAfterError('(`--help` tells what can be said)')
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(withSuggestion(text)),
    })
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 asked for in the wrong way.')
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary)
    if (args.includes(name)) (await load()).define(command, terminal)
  }
  // told of here, run by runCommandLine: its command line is @gatehouse/prove's
  program.command('prove').description('attack a running API as every kind of caller')
  const { routesCommand } = await import('./routes.ts')
  program.addCommand(routesCommand((text) => terminal.print(text)).copyInheritedSettings(program))
  return program
}

/** Commands take settings without listing them, and commander suggests only what is listed. */
function withSuggestion(text: string): string {
  const [, flag] = /^error: unknown option '(--[^'=]+)[^']*'\s*$/.exec(text) ?? []
  const flags = Object.keys(settings).map((name) => flagOf(name as SettingName))
  const meant = flag === undefined ? undefined : closest(flag, flags)
  return meant === undefined ? text : `${text.trimEnd()}\n(Did you mean ${meant}?)`
}
