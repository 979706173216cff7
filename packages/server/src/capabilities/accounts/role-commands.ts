import type { Command } from 'commander'
import { type CommandTools, type Result, system } from '../../cli/command.ts'
import { printable } from '../../cli/lists.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { lockPower } from '../roles/index.ts'
import { type User, userNamed } from './read.ts'
import { setRoles } from './roles.ts'
import { showWhole } from './shapes.ts'

/** `gatehouse role grant` and `revoke`: the roles of accounts. */
export function define(role: Command, { databaseCommand }: CommandTools): void {
  databaseCommand(
    role.command('grant <user> <role>').description('grant a role to a user'),

    (ctx, name: string, role: string) => changeRoles(ctx, name, (roles) => [...roles, role]),
  )
  databaseCommand(
    role.command('revoke <user> <role>').description('revoke a role from a user'),

    (ctx, name: string, role: string) =>
      changeRoles(ctx, name, (roles) => roles.filter((each) => each !== role)),
  )
}

/** Reads and writes a user's roles in one transaction, so that two changes at once do not undo each other. */
async function changeRoles(
  ctx: Context,
  name: string,
  change: (roles: readonly string[]) => string[],
): Promise<Result> {
  const user = await inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    const { id, roles } = await userNamed(ctx, name)
    return setRoles(ctx, system, id, change(roles))
  })
  return { json: showWhole(user), text: rolesLine(user) }
}

const rolesLine = ({ username, roles }: User): string =>
  `${printable(username)} has: ${roles.join(', ') || 'no roles'}`
