import type { Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { SealError } from '../../platform/crypto/sealer.ts'
import { deliverable } from '../../platform/mail/address.ts'
import { type Outcome, openSmtp, type SmtpSession } from '../../platform/mail/smtp.ts'
import { withoutSecrets } from './reasons.ts'
import { farthestRetry, mostAttempts, retryAfter } from './retry.ts'
import type { OutboxTable } from './schema.ts'
import { mailWayOf } from './settings.ts'
import { claimMail, deleteMail, type Settlement, settleMail } from './store.ts'

/** Connections to the mail server at once, for each instance. */
const connections = 4
/** Longer than connecting and sending may take together: until then nobody else tries the same message. */
const leaseMs = 90_000
/** A message under way may take so long when the server stops, in milliseconds. */
const lastMs = 5_000

/**
 * Sends what is due, until nothing is, the mail server is out of reach, or the server stops. Any number of instances do so
 * at once: each message is claimed by one.
 */
export async function sendDue(ctx: Context, stopping?: AbortSignal): Promise<void> {
  const way = mailWayOf(ctx.config)
  if (way.kind !== 'smtp') return
  const first = await claim(ctx)
  if (first === undefined) return
  const sessions = Array.from({ length: connections }, () => openSmtp(way.server))
  const closeAll = (): void => {
    for (const session of sessions) session.close()
  }
  const onStop = (): void => void setTimeout(closeAll, lastMs).unref()
  stopping?.addEventListener('abort', onStop)
  const turn = { over: false }
  try {
    await Promise.all(
      sessions.map((session, at) => work(ctx, session, turn, at === 0 ? first : undefined, stopping)),
    )
  } finally {
    stopping?.removeEventListener('abort', onStop)
    closeAll()
  }
}

/** One connection's share of the work. */
async function work(
  ctx: Context,
  session: SmtpSession,
  turn: { over: boolean },
  first: OutboxTable | undefined,
  stopping: AbortSignal | undefined,
): Promise<void> {
  let row = first ?? (turn.over ? undefined : await claim(ctx))
  while (row !== undefined) {
    const outcome = await attempt(ctx, session, row)
    ctx.metrics.mail(outcome.kind)
    await settle(ctx, row, outcome)
    // whoever is next would find the same
    if (outcome.kind === 'unreachable') turn.over = true
    if (turn.over || stopping?.aborted === true) return
    row = await claim(ctx)
  }
}

function claim(ctx: Context): Promise<OutboxTable | undefined> {
  const now = ctx.clock.now()
  return claimMail(ctx.db, { lease: newId(ctx.clock), leaseMs, now, farthest: now + farthestRetry })
}

async function attempt(ctx: Context, session: SmtpSession, row: OutboxTable): Promise<Outcome> {
  const way = mailWayOf(ctx.config)
  const to = deliverable(row.recipient)
  if (way.kind !== 'smtp') return { kind: 'deferred', reason: 'No mail server is configured.' }
  if (to === undefined) return { kind: 'refused', reason: 'The address cannot be sent to.' }
  try {
    const { render } = await import('./render.ts')
    const { subject, text, html, language } = await render(ctx, row)
    const [, domain] = way.from.address.split('@')
    const outcome = await session.send({
      ...{ from: way.from, to, subject, text, html, language },
      messageId: `${row.id}@${domain}`,
      date: row.created_at,
    })
    return outcome.kind === 'sent' ? outcome : { ...outcome, reason: withoutSecrets(outcome.reason) }
  } catch (error) {
    // another instance may have the secret already, during a change
    if (error instanceof SealError) return { kind: 'deferred', reason: error.message }
    ctx.log.error({ err: error, mail: row.id, message: row.message }, 'could not compose a message')
    return { kind: 'deferred', reason: 'The message could not be composed; the log says why.' }
  }
}

async function settle(ctx: Context, row: OutboxTable, outcome: Outcome): Promise<void> {
  const { id, message, attempts } = row
  const settlement = settlementOf(ctx, row, outcome)
  if (outcome.kind !== 'sent') {
    const fields = { mail: id, message, attempts, outcome: outcome.kind, reason: outcome.reason }
    if (settlement.status === 'failed') ctx.log.error(fields, 'gave up on a message')
    else ctx.log.warn(fields, 'could not send a message; it will be tried again')
  }
  if (await settleMail(ctx.db, row, settlement)) {
    // the account is gone, and this was the last that held its address
    if (outcome.kind === 'sent' && message === 'account-deleted') await deleteMail(ctx.db, id)
    return
  }
  ctx.log.warn(
    { mail: id, message },
    'sending took longer than the lease: another instance may have sent it, too',
  )
}

function settlementOf(ctx: Context, { attempts }: OutboxTable, outcome: Outcome): Settlement {
  const now = ctx.clock.now()
  if (outcome.kind === 'sent') return { status: 'sent', values_sealed: null, reason: null, done_at: now }
  const { kind, reason } = outcome
  if (kind === 'refused' || attempts >= mostAttempts) return { status: 'failed', reason, done_at: now }
  return { status: 'queued', reason, due_at: now + retryAfter(attempts) }
}
