import type { Context } from '../../context.ts'
import { SealError } from '../../platform/crypto/sealer.ts'
import { type Rendered, render } from './render.ts'
import type { OutboxTable } from './schema.ts'
import { mailboxSize } from './service.ts'
import { findMail, mailBefore } from './store.ts'

/** A message of the mailbox, as its reader would get it. */
export interface KeptMail extends Rendered {
  readonly id: string
  readonly message: string
  readonly to: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** Addresses that the message leads to. */
  readonly links: readonly string[]
}

/** The newest messages, or those to one address. */
export async function listKept(ctx: Context, to?: string): Promise<KeptMail[]> {
  const rows = await mailBefore(ctx.db, { status: 'kept' }, undefined, mailboxSize)
  const wanted = rows.filter(({ recipient }) => to === undefined || recipient === to)
  return (await Promise.all(wanted.map((row) => readable(ctx, row)))).filter((mail) => mail !== undefined)
}

export async function findKept(ctx: Context, id: string): Promise<KeptMail | undefined> {
  const row = await findMail(ctx.db, id)
  return row?.status === 'kept' ? readable(ctx, row) : undefined
}

/** What was sealed under another secret stays where it is, unread. */
async function readable(ctx: Context, row: OutboxTable): Promise<KeptMail | undefined> {
  try {
    const mail = await render(ctx, row)
    const links = [...new Set(mail.text.match(/https?:\/\/\S+/g) ?? [])]
    const { id, message, recipient, created_at } = row
    return { id, message, to: recipient, createdAt: created_at, ...mail, links }
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}
