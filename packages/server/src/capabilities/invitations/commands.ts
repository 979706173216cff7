import type { Command } from 'commander'
import { type CommandTools, type Result, system } from '../../cli/command.ts'
import { addPaging, more, type PageOptions, printable, table, when } from '../../cli/lists.ts'
import { type Invitation, invite, listInvitations, revokeInvitation } from './service.ts'
import { showInvitation } from './shapes.ts'

/** `gatehouse invite …` */
export function define(group: Command, { databaseCommand }: CommandTools): void {
  const send = group
    .command('send <address>')
    .description('invite someone to create an account; the running server sends the message')
    .option('--role <role...>', 'roles that the account gets (default: member)')
  databaseCommand(send, async (ctx, email: string, { role }: { role?: string[] }) =>
    shown(await invite(ctx, system, { email, roles: role }), 'invited'),
  )

  const list = group.command('list').description('list invitations, newest first')
  databaseCommand(addPaging(list), async (ctx, { limit, cursor }: PageOptions) => {
    const { items, next } = await listInvitations(ctx, system, { limit, cursor })
    const rows = items.map(({ email, roles, status, createdAt, id }) => [
      email,
      roles.join(' '),
      status,
      when(createdAt),
      id,
    ])
    return {
      json: { invitations: items.map(showInvitation), next: next ?? null },
      text: table(['ADDRESS', 'ROLES', 'STATE', 'CREATED', 'ID'], rows) + more(next),
    }
  })

  databaseCommand(
    group.command('revoke <invitation>').description('revoke an invitation by its id'),
    async (ctx, id: string) => shown(await revokeInvitation(ctx, system, id), 'revoked'),
  )
}

function shown(invitation: Invitation, verb: string): Result {
  const { id, email, roles } = invitation
  return {
    json: showInvitation(invitation),
    text: `${printable(email)} ${verb} (${id}; roles: ${roles.join(', ') || 'none'})`,
  }
}
