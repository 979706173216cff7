import { Command } from 'commander'
import { version } from '../version.ts'
import { keyCommands } from './key.ts'
import { migrateCommand } from './migrate.ts'
import { roleCommands } from './role.ts'
import { routesCommand } from './routes.ts'
import { serveCommand } from './serve.ts'
import { sessionCommands } from './session.ts'
import type { Terminal } from './terminal.ts'
import { userCommands } from './user.ts'

/** The whole command line. Nothing in it ends the process: errors are thrown. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('gatehouse')
    .description('Users, credentials, sessions, keys and roles behind the tokens of your APIs')
    .version(version)
    .showHelpAfterError('(`--help` tells what can be said)')
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 asked for in the wrong way.')
  serveCommand(program, terminal)
  migrateCommand(program, terminal)
  userCommands(program, terminal)
  roleCommands(program, terminal)
  sessionCommands(program, terminal)
  keyCommands(program, terminal)
  const routes = routesCommand((text) => terminal.print(text))
  program.addCommand(routes.copyInheritedSettings(program))
  return program
}
