import type { Command } from 'commander'
import { type CommandTools, system } from '../../cli/command.ts'
import { addPaging, more, type PageOptions, table, when } from '../../cli/lists.ts'
import { userNamed } from '../accounts/index.ts'
import { listSessions } from '../sessions/index.ts'
import { endEverySession, endOneSession } from './end-sessions.ts'
import { showSession } from './shapes.ts'

/** `gatehouse session …` */
export function define(session: Command, { databaseCommand }: CommandTools): void {
  const list = session.command('list <user>').description('list a user’s sessions')
  databaseCommand(addPaging(list), async (ctx, name: string, page: PageOptions) => {
    const { id } = await userNamed(ctx, name)
    const { items, next } = await listSessions(ctx, id, page)
    const rows = items.map((each) => [
      [each.device.browser, each.device.os].filter(Boolean).join(' on ') || 'unknown device',
      each.address ?? '',
      when(each.lastSeenAt),
      each.id,
    ])
    return {
      json: { sessions: items.map((each) => showSession(each, undefined)), next: next ?? null },
      text: table(['DEVICE', 'ADDRESS', 'LAST SEEN', 'ID'], rows) + more(next),
    }
  })

  const end = session.command('end <user> [session]').description('end one of a user’s sessions, or all')
  databaseCommand(end, async (ctx, name: string, sessionId: string | undefined) => {
    const { id, username } = await userNamed(ctx, name)
    if (sessionId === undefined) await endEverySession(ctx, system, id)
    else await endOneSession(ctx, system, id, sessionId)
    const text =
      sessionId === undefined
        ? `All sessions of ${username} ended`
        : `Session ${sessionId} of ${username} ended`
    return { json: { user: id, session: sessionId ?? null }, text }
  })
}
