import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { type AuditEntry, record } from '../audit/index.ts'
import { MailNotFound, MailNotResendable } from './errors.ts'
import type { MailStatus, OutboxTable } from './schema.ts'
import { deleteDone, findMail, type MailFilter, mailBefore, requeueMail, trimMailbox } from './store.ts'

/** What is known about a message, without what it says. Times are milliseconds since the epoch. */
export interface MailState {
  readonly id: string
  readonly message: string
  readonly language: string
  readonly to: string
  readonly userId: string | null
  readonly status: MailStatus
  readonly attempts: number
  /** Why the last attempt failed. */
  readonly reason: string | null
  readonly createdAt: number
  /** When it is tried next; null unless it is queued. */
  readonly nextAttemptAt: number | null
  readonly doneAt: number | null
}

const day = 24 * 3_600_000
/** How long a message is listed after it was sent, kept or given up, in milliseconds. */
export const keptFor = 14 * day
/** How many messages the mailbox of a developer's machine holds. */
export const mailboxSize = 100

/**
 * A page of messages, newest first.
 *
 * @throws InvalidInput (422) for an invalid cursor
 */
export async function listMail(
  ctx: Context,
  page: PageRequest,
  filter: MailFilter = {},
): Promise<Page<MailState>> {
  const before = page.cursor === undefined ? undefined : readCursor(ctx, 'mail', page.cursor)
  const rows = await mailBefore(ctx.db, filter, before, page.limit + 1)
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'mail', row.id))
  return { items: items.map(stateOf), next }
}

/** @throws MailNotFound (404, `mail_not_found`) */
export async function getMail(ctx: Context, id: string): Promise<MailState> {
  const row = await findMail(ctx.db, id)
  if (row === undefined) throw new MailNotFound()
  return stateOf(row)
}

/**
 * Sends a message now that was given up or waits for its next attempt.
 *
 * @throws MailNotFound (404, `mail_not_found`), MailNotResendable (409, `mail_not_resendable`)
 */
export async function resendMail(ctx: Context, actor: AuditEntry['actor'], id: string): Promise<MailState> {
  return inTransaction(ctx, async (ctx) => {
    const queued = await requeueMail(ctx.db, id, ctx.clock.now())
    const state = await getMail(ctx, id)
    if (!queued) throw new MailNotResendable()
    await record(ctx, { actor, action: 'mail.resent', target: id })
    ctx.afterCommit(() => ctx.instance.mailQueued.wake())
    return state
  })
}

/** Deletes what was done with long ago, a limited number at a time; safe on any number of instances. */
export async function sweepMail(ctx: Context): Promise<void> {
  await deleteDone(ctx.db, ctx.clock.now() - keptFor, 1_000)
  await trimMailbox(ctx.db, mailboxSize)
}

function stateOf(row: OutboxTable): MailState {
  return {
    id: row.id,
    message: row.message,
    language: row.locale,
    to: row.recipient,
    userId: row.user_id,
    status: row.status,
    attempts: row.attempts,
    reason: row.reason,
    createdAt: row.created_at,
    nextAttemptAt: row.status === 'queued' ? row.due_at : null,
    doneAt: row.done_at,
  }
}
