import type { Command } from 'commander'
import { type CommandTools, type Result, system } from '../../cli/command.ts'
import { UsageError } from '../../cli/failure.ts'
import { addPaging, more, type PageOptions, printable, table, when } from '../../cli/lists.ts'
import { confirm, newPassword, yesFlag } from '../../cli/prompts.ts'
import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { verifyEmailOf } from './addresses/verify.ts'
import { updateUser } from './change.ts'
import { createAccount } from './create.ts'
import { cancelDeletion, deleteUser } from './deletion/service.ts'
import { listUsers, type User, userNamed } from './read.ts'
import { accountSettings } from './settings.ts'
import { showWhole } from './shapes.ts'

interface CreateOptions {
  email?: string
  role?: string[]
  /** False for `--no-password`. */
  password?: boolean
  passwordStdin?: boolean
  mustChange?: boolean
}

const mustChangeFlag = ['--must-change', 'the user has to replace it at the next sign-in'] as const

/** `gatehouse user …` */
export function define(user: Command, { databaseCommand, terminal }: CommandTools): void {
  const create = user
    .command('create <username>')
    .description('create a user; prompts for the password')
    .option('--email <address>', 'unverified until the user confirms it')
    .option('--role <role...>', 'roles to grant (default: member)')
    .option('--password-stdin', 'read the password from standard input')
    .option('--no-password', 'create the user without a password')
    .option(...mustChangeFlag)
  databaseCommand(create, async (ctx, username: string, options: CreateOptions) => {
    const { email, role: roles, mustChange: mustChangePassword } = options
    const password = await passwordFor(terminal, options)
    const account = { username, email, password, mustChangePassword, roles }
    return shown(await createAccount(ctx, system, account), 'created')
  })

  const list = user
    .command('list')
    .description('list users')
    .option('--query <text>', 'only usernames that contain this text')
  databaseCommand(
    addPaging(list),

    async (ctx, { limit, cursor, query }: PageOptions & { query?: string }) => {
      const { items, next } = await listUsers(ctx, system, { limit, cursor, q: query })
      const rows = items.map((each) => [
        each.username,
        each.roles.join(' '),
        each.disabled ? 'disabled' : '',
        when(each.createdAt),
        each.id,
      ])
      return {
        json: { users: items.map(showWhole), next: next ?? null },
        text: table(['USERNAME', 'ROLES', 'STATE', 'CREATED', 'ID'], rows) + more(next),
      }
    },
  )

  databaseCommand(
    user.command('show <user>').description('show a user'),

    async (ctx, name: string) => {
      const found = await userNamed(ctx, name)
      const lines = Object.entries(showWhole(found)).map(
        ([field, value]) => `${field.padEnd(15)} ${printable(String(value ?? ''))}`,
      )
      return { json: showWhole(found), text: lines.join('\n') }
    },
  )

  const change = (
    verb: string,
    description: string,
    work: (ctx: Context, found: User) => Promise<Result>,
  ): void => {
    const command = user.command(`${verb} <user>`).description(description)
    databaseCommand(command, async (ctx, name: string) => work(ctx, await userNamed(ctx, name)))
  }
  change('disable', 'disable a user and end all their sessions', async (ctx, { id }) =>
    shown(await updateUser(ctx, system, id, { disabled: true }), 'disabled'),
  )
  change('cancel-deletion', 'keep a user who is to be deleted', async (ctx, found) => {
    await cancelDeletion(ctx, system, found.id)
    return shown(found, 'stays')
  })
  change('enable', 'enable a disabled user', async (ctx, { id }) =>
    shown(await updateUser(ctx, system, id, { disabled: false }), 'enabled'),
  )

  change('verify-email', 'verify a user’s e-mail address without a message', async (ctx, { id }) => {
    await verifyEmailOf(ctx, system, id)
    return shown(await userNamed(ctx, id), 'verified')
  })

  const remove = user
    .command('delete <user>')
    .description('delete a user and everything that belongs to them; asks first')
    .option('--now', 'erase at once, whatever GATEHOUSE_DELETION_GRACE')
    .option(...yesFlag)
  databaseCommand(remove, async (ctx, name: string, { yes, now }: { yes?: boolean; now?: boolean }) => {
    const found = await userNamed(ctx, name)
    const { deletionGrace } = settingsOf(ctx.config, accountSettings)
    const final = now === true || deletionGrace === 0 ? ' This cannot be undone.' : ''
    const question = `Delete user ${printable(found.username)}?${final}`
    await confirm(terminal, question, yes === true)
    const { dueAt } = await deleteUser(ctx, system, found.id, { now: now === true })
    return shown(found, dueAt === undefined ? 'deleted' : `to be erased at ${when(dueAt)}`)
  })

  const setPassword = user
    .command('set-password <user>')
    .description('set a user’s password and end all their sessions')
    .option('--password-stdin', 'read the password from standard input')
    .option(...mustChangeFlag)
  databaseCommand(setPassword, async (ctx, name: string, options: CreateOptions) => {
    const { id } = await userNamed(ctx, name)
    const password = await newPassword(terminal, options.passwordStdin === true)
    const changes = { password, mustChangePassword: options.mustChange }
    return shown(await updateUser(ctx, system, id, changes), 'changed')
  })
}

/** The password of a new account; undefined for one that is to have none. */
async function passwordFor(
  terminal: CommandTools['terminal'],
  { password, passwordStdin, mustChange }: CreateOptions,
): Promise<string | undefined> {
  if (password !== false) return newPassword(terminal, passwordStdin === true)
  if (passwordStdin === true || mustChange === true)
    throw new UsageError('--no-password cannot be combined with --password-stdin or --must-change.')
  return undefined
}

function shown(user: User, verb: string): Result {
  return {
    json: showWhole(user),
    text: `${printable(user.username)} ${verb} (${user.id}; roles: ${user.roles.join(', ') || 'none'})`,
  }
}
