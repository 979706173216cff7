import type { Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { chooseLanguage } from '../../texts/languages.ts'
import { MailNotConfigured } from './errors.ts'
import type { QueuedValues } from './letter.ts'
import { isNotice, type MessageKey, type MessageValues } from './messages.ts'
import { mailWayOf } from './settings.ts'
import { insertMail } from './store.ts'

/** A message to one recipient. */
export interface Mail<Key extends MessageKey = MessageKey> {
  /** The address. */
  readonly to: string
  readonly message: Key
  readonly values: MessageValues[Key]
  /** The language, where the account's profile and the request do not tell: a tag such as `de` or `pt-BR`. */
  readonly locale?: string | undefined
  /** The account that it is about: its profile tells the language, and the message goes when the account does. */
  readonly userId?: string | undefined
}

/**
 * Queues a message in the transaction that `ctx` is, so that neither exists without the other; it is sent once that has
 * committed, and tried again until the mail server takes it.
 *
 * Where the server has no mail server, a message that only tells is left out. Returns the id of the message.
 *
 * @throws MailNotConfigured (501, `mail_not_configured`) for a message that something depends on
 * @example
 * await queueMail(ctx, { to: email, message: 'verify-email', userId, values: { link, code, expiresInMs: 3_600_000 } })
 */
export async function queueMail<Key extends MessageKey>(
  ctx: Context,
  mail: Mail<Key>,
): Promise<string | undefined> {
  const { kind } = mailWayOf(ctx.config)
  if (kind === 'none' && isNotice(mail.message)) return undefined
  requireMail(ctx)
  const values: QueuedValues = mail.values
  const [id, now] = [newId(ctx.clock), ctx.clock.now()]
  const kept = kind === 'mailbox'
  await insertMail(ctx.db, {
    id,
    message: mail.message,
    locale: await languageFor(ctx, mail),
    recipient: mail.to,
    user_id: mail.userId ?? null,
    values_sealed: ctx.sealer.seal(Buffer.from(JSON.stringify(values)), sealedFor(id, mail.to)),
    status: kept ? 'kept' : 'queued',
    attempts: 0,
    due_at: now,
    lease: null,
    leased_until: 0,
    reason: null,
    created_at: now,
    done_at: kept ? now : null,
  })
  if (!kept) ctx.afterCommit(() => ctx.instance.mailQueued.wake())
  return id
}

/**
 * Refuses what depends on mail where none can be sent. Call it before anything that differs from account to account.
 *
 * @throws MailNotConfigured (501, `mail_not_configured`)
 */
export function requireMail({ config }: Pick<Context, 'config'>): void {
  if (mailWayOf(config).kind === 'none') throw new MailNotConfigured()
}

/** Values are sealed for one message to one address: moved to another row, they open for nobody. */
export const sealedFor = (id: string, recipient: string): string => `mail ${id} ${recipient}`

async function languageFor(ctx: Context, { locale, userId }: Mail): Promise<string> {
  const chosen = userId === undefined ? undefined : await ctx.instance.localeOf(ctx, userId)
  return chooseLanguage([chosen, locale], ctx.caller?.acceptLanguage)
}
