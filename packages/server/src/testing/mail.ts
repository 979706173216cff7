import type { MessageKey, MessageValues } from '../capabilities/mail/index.ts'
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

/** The token in the link of a message. */
export function tokenIn({ values }: TestMail): string {
  const token = 'link' in values && values.link ? new URL(values.link).searchParams.get('token') : null
  if (token === null) throw new Error('the message has no link with a token')
  return token
}
