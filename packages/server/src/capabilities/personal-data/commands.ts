import type { Command } from 'commander'
import { type CommandTools, system } from '../../cli/command.ts'
import { userNamed } from '../accounts/index.ts'
import { exportUser } from './service.ts'

/** `gatehouse user export`. */
export function define(user: Command, { terminal, databaseCommand }: CommandTools): void {
  databaseCommand(
    user.command('export <user>').description('print everything that is held about a user, as JSON'),
    async (ctx, name: string) => {
      const { pieces } = await exportUser(ctx, system, (await userNamed(ctx, name)).id)
      for await (const piece of pieces) terminal.print(piece.trim())
      return undefined
    },
  )
}
