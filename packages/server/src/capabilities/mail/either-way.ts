import type { Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import type { MessageKey } from './messages.ts'
import { type Mail, queueMail } from './queue.ts'
import { deleteMail } from './store.ts'

/**
 * Queues a message if there is anybody to write to, in the transaction that `ctx` is. If not, it asks the database the same
 * and leaves nothing, so that neither the answer nor its time tells whether an account has the address.
 *
 * @throws MailNotConfigured (501, `mail_not_configured`) for a message that something depends on
 */
export async function queueMailIf<Key extends MessageKey>(
  ctx: Context,
  anybody: boolean,
  mail: Mail<Key>,
): Promise<void> {
  const { userId, ...toNobody } = mail
  if (userId === undefined || !anybody) await ctx.instance.localeOf(ctx, newId(ctx.clock))
  const id = await queueMail(ctx, anybody ? mail : toNobody)
  await deleteMail(ctx.db, anybody ? '' : (id ?? ''))
}
