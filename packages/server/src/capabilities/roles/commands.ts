import { type Command, InvalidArgumentError } from 'commander'
import { type CommandTools, system } from '../../cli/command.ts'
import { table } from '../../cli/lists.ts'
import { confirm, yesFlag } from '../../cli/prompts.ts'
import type { Context } from '../../context.ts'
import { permissionName, type Role, roleName } from './index.ts'
import { deleteRole, listRoles, putRole } from './service.ts'

interface PutOptions {
  yes?: boolean
}

/** `gatehouse role …` */
export function define(role: Command, { databaseCommand, terminal }: CommandTools): void {
  databaseCommand(role.command('list').description('list roles'), async (ctx) => {
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
  databaseCommand(put, async (ctx, name: string, permissions: string[], { yes }: PutOptions) => {
    if (permissions.length === 0) await confirm(terminal, await emptying(ctx, name), yes === true)
    const { role, created } = await putRole(ctx, system, name, permissions)
    return { json: role, text: `${name} ${created ? 'created' : 'changed'}: ${describe(role)}` }
  })

  databaseCommand(
    role.command('delete <role>').description('delete an unused role'),

    async (ctx, name: string) => {
      await deleteRole(ctx, system, name)
      return { json: { name }, text: `${name} deleted` }
    },
  )
}

/** The question before a role is left without permissions: its users lose them, and a forgotten argument looks the same. */
async function emptying(ctx: Context, name: string): Promise<string> {
  const before = (await listRoles(ctx)).find((role) => role.name === name)
  return before === undefined || before.permissions.length === 0
    ? `Leave role ${name} without permissions?`
    : `Remove every permission (${describe(before)}) from role ${name}?`
}

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
