import { type Command, InvalidArgumentError } from 'commander'
import { setRoles, showWhole, type User } from '../../capabilities/accounts/index.ts'
import {
  deleteRole,
  listRoles,
  lockPower,
  permissionName,
  putRole,
  type Role,
  roleName,
} from '../../capabilities/roles/index.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { databaseCommand, type Result, system, userNamed } from '../command.ts'
import { printable, table } from '../lists.ts'
import { confirm, yesFlag } from '../prompts.ts'
import type { Terminal } from '../terminal.ts'

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
    .description('create a role or replace its permissions; asks before removing all of them')
    .argument('<role>', 'the name of the role', readRole)
    .argument('[permission...]', 'all permissions of the role, as resource:action', readPermissions, [])
    .option(...yesFlag)
  databaseCommand(put, terminal, async (ctx, name: string, permissions: string[], { yes }: PutOptions) => {
    if (permissions.length === 0) await confirm(terminal, await emptying(ctx, name), yes === true)
    const { role, created } = await putRole(ctx, system, name, permissions)
    return { json: role, text: `${name} ${created ? 'created' : 'changed'}: ${describe(role)}` }
  })

  databaseCommand(
    role.command('delete <role>').description('delete an unused role'),
    terminal,
    async (ctx, name: string) => {
      await deleteRole(ctx, system, name)
      return { json: { name }, text: `${name} deleted` }
    },
  )

  databaseCommand(
    role.command('grant <user> <role>').description('grant a role to a user'),
    terminal,
    (ctx, name: string, role: string) => changeRoles(ctx, name, (roles) => [...roles, role]),
  )
  databaseCommand(
    role.command('revoke <user> <role>').description('revoke a role from a user'),
    terminal,
    (ctx, name: string, role: string) =>
      changeRoles(ctx, name, (roles) => roles.filter((each) => each !== role)),
  )
}

/** The question before a role is left without permissions: its users lose them, and a forgotten argument looks the same. */
async function emptying(ctx: Context, name: string): Promise<string> {
  const before = (await listRoles(ctx)).find((role) => role.name === name)
  return before === undefined || before.permissions.length === 0
    ? `Leave role ${name} without permissions?`
    : `Remove every permission (${describe(before)}) from role ${name}?`
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
const describe = ({ permissions }: Role): string => permissions.join(' ') || 'no permissions'

function readRole(text: string): string {
  if (roleName.test(text)) return text
  throw new InvalidArgumentError(
    'A role name is lower-case letters, digits, "-" and "_", starting with a letter.',
  )
}

function readPermissions(text: string, before: string[]): string[] {
  if (permissionName.test(text)) return [...before, text]
  throw new InvalidArgumentError('A permission has the form "resource:action".')
}
