import type { Context } from '../../../context.ts'
import { TooManyAttempts } from '../../../platform/errors.ts'
import { mailWayOf } from '../../mail/index.ts'

/** How many messages one address gets because somebody typed it, whoever they are. */
const toOneAddress = { attempts: 10, seconds: 3_600 }

/**
 * Counts a message to an address that somebody typed, before the transaction that queues it. Returns the milliseconds to
 * wait; 0 if it may be sent.
 */
async function countMessageTo(ctx: Context, emailKey: string): Promise<number> {
  const throttle = ctx.throttles.limiter('message-to', toOneAddress)
  return throttle.take(ctx.sealer.digest(emailKey, 'throttling'))
}

/** Whether an address may be written to, counting it if so; false where no mail can be sent. */
export async function mayWriteTo(ctx: Context, emailKey: string): Promise<boolean> {
  return mailWayOf(ctx.config).kind !== 'none' && (await countMessageTo(ctx, emailKey)) === 0
}

/** @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After), the same whether or not an account has the address */
export async function requireMayWriteTo(ctx: Context, emailKey: string): Promise<void> {
  const wait = await countMessageTo(ctx, emailKey)
  if (wait > 0) throw new TooManyAttempts(wait)
}
