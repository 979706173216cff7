import { once } from 'node:events'
import type { Command } from 'commander'
import { startGatehouse } from '../../main.ts'
import { readConfig } from '../../read-config.ts'
import type { CommandTools } from '../command.ts'
import { addSettings, environmentOf } from '../flags.ts'
import { createFirstAdministrator } from './first-administrator.ts'

/** `gatehouse serve`: serves until a signal arrives, then finishes requests in progress. */
export function define(command: Command, { terminal }: CommandTools): void {
  command.option(
    '--first-administrator',
    'create an administrator and print the password, if there has never been a user (the default on a terminal)',
  )
  addSettings(command, { shown: true }).action(async (options: Record<string, unknown>) => {
    const config = readConfig(environmentOf(terminal, options))
    const server = await startGatehouse(config, { terminal: terminal.interactive })
    const stop = untilToldToStop()
    try {
      if (terminal.interactive || options['firstAdministrator'] === true) {
        const first = await createFirstAdministrator(server.ctx)
        if (first) terminal.print(welcome(first))
      }
      process.send?.('ready')
      await stop
    } finally {
      await server.close()
      if (process.connected) process.disconnect()
    }
  })
}

/** Waits for a signal, or the end of the parent process. A second signal ends the process at once. */
async function untilToldToStop(): Promise<void> {
  const events = ['SIGINT', 'SIGTERM', ...(process.connected ? ['disconnect'] : [])]
  await Promise.race(events.map((event) => once(process, event)))
}

function welcome({ username, password }: { username: string; password: string }): string {
  return `
  The first administrator is '${username}', with the password

      ${password}

  It is shown only once. To set another: npx --no-install gatehouse user set-password ${username}
`
}
