import {
  type MailStatus,
  type MessageKey,
  type MessageValues,
  queueMail,
} from '../capabilities/mail/index.ts'
import { sealedFor } from '../capabilities/mail/queue.ts'
import type { Context } from '../context.ts'

/** A message as it was queued. */
export type TestMail = {
  [Key in MessageKey]: {
    readonly message: Key
    readonly values: MessageValues[Key]
    readonly to: string
    readonly locale: string
    readonly userId: string | null
  }
}[MessageKey]

/** Every message that was queued for an address and still has its values, the oldest first. */
export async function mailTo(ctx: Context, address: string): Promise<TestMail[]> {
  const rows = await ctx.db
    .selectFrom('outbox')
    .selectAll()
    .where('recipient', '=', address)
    .where('values_sealed', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map(({ id, message, recipient, locale, user_id, values_sealed }) => {
    const values: unknown = JSON.parse(String(ctx.sealer.open(values_sealed ?? '', sealedFor(id, recipient))))
    return { message, values, to: recipient, locale, userId: user_id } as TestMail
  })
}

/** Queues a message about an account, and makes it one that ended so; gives its id. */
export async function queuedMail(ctx: Context, userId: string, status: MailStatus): Promise<string> {
  const to = `${userId}@example.com`
  await queueMail(ctx, { to, message: 'new-device', values: {}, userId })
  const { id } = await ctx.db
    .selectFrom('outbox')
    .select('id')
    .where('recipient', '=', to)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  await ctx.db.updateTable('outbox').set({ status }).where('id', '=', id).execute()
  return id
}

/** The token in the link of a message. */
export function tokenIn({ values }: TestMail): string {
  const token = 'link' in values && values.link ? new URL(values.link).searchParams.get('token') : null
  if (token === null) throw new Error('the message has no link with a token')
  return token
}
