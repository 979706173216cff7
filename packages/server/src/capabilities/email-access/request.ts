import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'
import { findByMailbox, requireMayWriteTo } from '../accounts/index.ts'
import { addressSubject, createChallenge } from '../challenges/index.ts'
import { emailKey } from '../identifiers/index.ts'
import { pageLink, queueMailIf, requireMail } from '../mail/index.ts'

/** An account's mailbox, as it was when the message was sent; nobody's where no account has the address. */
export interface Mailbox {
  readonly userId: string | null
  readonly emailKey: string
}

declare module '../challenges/purposes.ts' {
  interface ChallengePayloads {
    'reset-password': Mailbox
    'sign-in-by-email': Mailbox
  }
}

const pages = { 'reset-password': '/reset', 'sign-in-by-email': '/email-sign-in' } as const

export type MailPurpose = keyof typeof pages

/** How long the link and the code are good for, in milliseconds. */
const lifetimeMs = 15 * 60_000
/** Messages that one network may ask for, to whatever addresses. */
const fromOneNetwork = { attempts: 30, seconds: 900 } as const

/**
 * Sends a link and a code to an address, if an account has it. Whether one does shows in nothing: for any address the same
 * challenge is made, and the database is asked the same. Returns the challenge that the code belongs to.
 *
 * @throws MailNotConfigured (501), TooManyAttempts (429), the same for every address
 */
export async function requestMail(
  ctx: Context,
  purpose: MailPurpose,
  email: string,
  address: string,
): Promise<string> {
  requireMail(ctx)
  const key = emailKey(email) ?? ''
  await countRequest(ctx, address)
  await requireMayWriteTo(ctx, key)
  return inTransaction(ctx, async (ctx) => {
    const account = await findByMailbox(ctx, key)
    const { id, token, code } = await createChallenge(ctx, {
      purpose,
      subject: addressSubject(ctx, key),
      payload: { userId: account?.id ?? null, emailKey: key },
      lifetimeMs,
      code: true,
    })
    const link = pageLink(ctx, pages[purpose], token)
    await queueMailIf(ctx, account !== undefined, {
      // as its owner wrote it: what a stranger typed is only looked up
      to: account?.email ?? email,
      message: purpose,
      userId: account?.id,
      values: { link, code, expiresInMs: lifetimeMs, name: account?.username },
    })
    return id
  })
}

async function countRequest(ctx: Context, address: string): Promise<void> {
  const throttle = ctx.throttles.limiter('mail-requests', fromOneNetwork)
  const wait = await throttle.take(ctx.sealer.digest(networkOf(address), 'throttling'))
  if (wait > 0) throw new TooManyAttempts(wait)
}
