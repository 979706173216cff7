import { type Command, Option } from 'commander'
import { type CommandTools, system } from '../../cli/command.ts'
import { addPaging, more, type PageOptions, table, when } from '../../cli/lists.ts'
import { type MailStatus, mailStatuses } from './schema.ts'
import { getMail, listMail, type MailState, resendMail } from './service.ts'
import { showMail } from './shapes.ts'

/** `gatehouse mail …` */
export function define(mail: Command, { databaseCommand }: CommandTools): void {
  const list = mail
    .command('list')
    .description('list messages, newest first, and what became of them')
    .addOption(new Option('--status <status>', 'only those with this status').choices(mailStatuses))
  databaseCommand(addPaging(list), async (ctx, page: PageOptions & { status?: MailStatus }) => {
    const { items, next } = await listMail(ctx, page, { status: page.status })
    const rows = items.map((each) => [
      each.status,
      each.message,
      each.to,
      when(each.createdAt),
      each.reason ?? '',
      each.id,
    ])
    return {
      json: { mail: items.map(showMail), next: next ?? null },
      text: table(['STATUS', 'MESSAGE', 'TO', 'QUEUED', 'REASON', 'ID'], rows) + more(next),
    }
  })

  const show = mail.command('show <id>').description('show what became of a message, never what it says')
  databaseCommand(show, async (ctx, id: string) => {
    const found = await getMail(ctx, id)
    return { json: showMail(found), text: table(['', ''], described(found)).trimStart() }
  })

  const resend = mail
    .command('resend <id>')
    .description('send a message that was given up, or waits for its next attempt')
  databaseCommand(resend, async (ctx, id: string) => {
    const queued = await resendMail(ctx, system, id)
    return { json: showMail(queued), text: `The server sends it to ${queued.to} within seconds` }
  })
}

function described(mail: MailState): string[][] {
  return [
    ['Id', mail.id],
    ['Message', `${mail.message} (${mail.language})`],
    ['To', mail.to],
    ['Status', mail.status],
    ['Attempts', String(mail.attempts)],
    ['Reason', mail.reason ?? ''],
    ['Queued', when(mail.createdAt)],
    ['Next attempt', when(mail.nextAttemptAt)],
    ['Done', when(mail.doneAt)],
  ]
}
