import { open, readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CommandTools } from '../../cli/command.ts'
import { UsageError } from '../../cli/failure.ts'
import { addPaging, more, type PageOptions, table, when } from '../../cli/lists.ts'
import type { Context } from '../../context.ts'
import { findUser } from '../accounts/index.ts'
import {
  type AuditEvent,
  auditActions,
  auditKeys,
  type EventFilter,
  exportAudit,
  listEvents,
  verifyAudit,
} from '../audit/index.ts'

interface ListOptions extends PageOptions, EventFilter {}

/** `gatehouse audit …` */
export function define(audit: Command, tools: CommandTools): void {
  const { databaseCommand } = tools
  defineList(audit, tools)
  defineVerify(audit, tools)

  const output = audit
    .command('export <file>')
    .description('write the log to a new file, one JSON document a line, with a checkpoint at the end')
  databaseCommand(output, async (ctx, name: string) => {
    const file = await open(name, 'wx', 0o600)
    try {
      const exported = await exportAudit(ctx, file)
      return { json: { file: name, ...exported }, text: `${exported.entries} entries written to ${name}` }
    } finally {
      await file.close()
    }
  })

  const keys = audit
    .command('keys')
    .description('print the public keys that verify checkpoints, as a JWK set')
  databaseCommand(keys, async (ctx) => {
    const set = await auditKeys(ctx)
    return { json: set, text: JSON.stringify(set, null, 2) }
  })
}

function defineList(audit: Command, { databaseCommand }: CommandTools): void {
  const list = audit
    .command('list')
    .description('list events, newest first')
    .option('--actor <user>', 'who did it: a username, an id, `system` or `anonymous`')
    .option('--target <user>', 'on whom or what: a username, an id or the name of a role')
    .addOption(new Option('--action <action>', 'what happened, e.g. sign_in.failed').choices(auditActions))
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(['success', 'failure']))
    .option('--grant <id>', 'by which session or client')
    .option('--since <time>', 'at this time or later, e.g. 2026-11-28T09:30:00Z', readTime)
    .option('--until <time>', 'before this time', readTime)
  databaseCommand(addPaging(list), async (ctx, options: ListOptions) => {
    const { action, outcome, grant, since, until } = options
    const [actor, target] = [await idOf(ctx, options.actor), await idOf(ctx, options.target)]
    const filter = { action, outcome, grant, since, until, actor, target }
    const { items, next } = await listEvents(ctx, options, filter)
    const header = ['#', 'TIME', 'ACTION', 'ACTOR', 'TARGET', 'ADDRESS', 'COUNT']
    return {
      json: { events: items.map(shown), next: next ?? null },
      text: table(header, items.map(cells)) + more(next),
    }
  })
}

function defineVerify(audit: Command, { databaseCommand, terminal }: CommandTools): void {
  const verify = audit
    .command('verify')
    .description('check that no event was changed, removed, moved or cut off')
    .option('--checkpoint <file>', 'check against checkpoints kept elsewhere: an export, a log, or one alone')
  databaseCommand(verify, async (ctx, options: { checkpoint?: string }) => {
    const checkpoints = options.checkpoint === undefined ? [] : await checkpointsIn(options.checkpoint)
    let shownAt = 0
    const verified = await verifyAudit(ctx, {
      checkpoints,
      onProgress(done, of) {
        if (!terminal.interactive || of === 0 || (done - shownAt) / of < 0.1) return
        shownAt = done
        terminal.note(`${done} of ${of} entries verified`)
      },
    })
    const { entries, first, last, erased, problem } = verified
    const text =
      problem === undefined
        ? `The log is whole: ${entries} entries (${first} to ${last}), ${erased} with erased details, ${verified.checkpoints} checkpoints`
        : `${problem.message} ${entries} entries before that are good.`
    return { json: { ...verified, problem: problem ?? null }, text, failed: problem !== undefined }
  })
}

const signedCheckpoint = /eyJ[\w-]{1,500}\.eyJ[\w-]{1,1000}\.[\w-]{1,1000}/g
const largestFile = 64 * 1024 * 1024

/** Every checkpoint that stands anywhere in a file. */
async function checkpointsIn(name: string): Promise<string[]> {
  const file = await open(name)
  try {
    if ((await file.stat()).size > largestFile)
      throw new UsageError(`${name} is larger than 64 MiB. Give the lines with checkpoints alone.`)
  } finally {
    await file.close()
  }
  const found = (await readFile(name, 'utf8')).match(signedCheckpoint) ?? []
  const checkpoints = found.filter((each) =>
    Buffer.from(each.split('.')[0] ?? '', 'base64url')
      .toString()
      .includes('audit-checkpoint'),
  )
  if (checkpoints.length === 0) throw new UsageError(`There is no checkpoint of an audit log in ${name}.`)
  return [...new Set(checkpoints)]
}

function readTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be a time such as 2026-11-28T09:30:00Z.')
  return time
}

async function idOf(ctx: Context, name: string | undefined): Promise<string | undefined> {
  return name === undefined ? undefined : ((await findUser(ctx, name))?.id ?? name)
}

function shown({ at, lastAt, userAgent, ...event }: AuditEvent): Record<string, unknown> {
  const iso = (ms: number): string => new Date(ms).toISOString()
  return { ...event, at: iso(at), last_at: iso(lastAt), user_agent: userAgent }
}

const cells = (event: AuditEvent): string[] => [
  String(event.sequence ?? ''),
  when(event.at),
  event.action,
  event.actor,
  event.target ?? '',
  event.address ?? '',
  event.count === 1 ? '' : String(event.count),
]
