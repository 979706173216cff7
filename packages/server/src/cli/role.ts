import { type Command, InvalidArgumentError } from 'commander'
import { setRoles, showWhole, type User } from '../capabilities/accounts/index.ts'
import {
  deleteRole,
  listRoles,
  lockPower,
  permissionName,
  putRole,
  type Role,
  roleName,
} from '../capabilities/roles/index.ts'
import type { Context } from '../platform/context.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { databaseCommand, type Result, system } from './command.ts'
import { confirm, yesFlag } from './confirm.ts'
import { userNamed } from './lookup.ts'
import { printable, table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface PutOptions {
  yes?: boolean
}

/** `gatehouse role …` */
export function define(role: Command, terminal: Terminal): void {
  databaseCommand(role.command('list').description('list roles'), terminal, async (ctx) => {
    const roles = await listRoles(ctx)
    return {
      json: { roles },
      text: table(
        ['ROLE', 'PERMISSIONS'],
        roles.map(({ name, permissions }) => [name, permissions.join(' ')]),
      ),
    }
  })

  const put = role
    .command('put')
    .description('make a role, or give it other permissions; asks before it takes all of them')
    .argument('<role>', 'its name', readRole)
    .argument('[permission...]', 'exactly what it allows, as resource:action', readPermissions, [])
    .option(...yesFlag)
  databaseCommand(put, terminal, async (ctx, name: string, permissions: string[], { yes }: PutOptions) => {
    if (permissions.length === 0) await confirm(terminal, await emptying(ctx, name), yes === true)
    const { role, created } = await putRole(ctx, system, name, permissions)
    return { json: role, text: `${name} ${created ? 'created' : 'changed'}: ${describe(role)}` }
  })

  databaseCommand(
    role.command('delete <role>').description('delete a role that nobody has'),
    terminal,
    async (ctx, name: string) => {
      await deleteRole(ctx, system, name)
      return { json: { name }, text: `${name} deleted` }
    },
  )

  databaseCommand(
    role.command('grant <user> <role>').description('give a user a role'),
    terminal,
    (ctx, name: string, role: string) => changeRoles(ctx, name, (roles) => [...roles, role]),
  )
  databaseCommand(
    role.command('revoke <user> <role>').description('take a role from a user'),
    terminal,
    (ctx, name: string, role: string) =>
      changeRoles(ctx, name, (roles) => roles.filter((each) => each !== role)),
  )
}

/** What to ask before a role is left without permissions: whoever has it loses them, and a forgotten argument looks the same. */
async function emptying(ctx: Context, name: string): Promise<string> {
  const before = (await listRoles(ctx)).find((role) => role.name === name)
  return before === undefined || before.permissions.length === 0
    ? `Leave role ${name} without permissions?`
    : `Take every permission (${describe(before)}) from role ${name}?`
}

/** Reads and writes a user's roles as one step, so that two of these at once do not undo each other. */
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
  `${printable(username)} has: ${roles.join(', ') || 'no role'}`
const describe = ({ permissions }: Role): string => permissions.join(' ') || 'no permission'

function readRole(text: string): string {
  if (roleName.test(text)) return text
  throw new InvalidArgumentError(
    'A role is named in lower case: letters, digits, "-" and "_", a letter first.',
  )
}

function readPermissions(text: string, before: string[]): string[] {
  if (permissionName.test(text)) return [...before, text]
  throw new InvalidArgumentError('A permission is written as "resource:action".')
}
