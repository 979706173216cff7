import type { Context } from '../../context.ts'
import { getUser } from '../accounts/index.ts'
import { queueMail, type Removed } from '../mail/index.ts'

/** Tells a user, at their verified address if they have one, that somebody else removed factors of theirs. */
export async function tellRemoved(ctx: Context, userId: string, removed: readonly Removed[]): Promise<void> {
  const to = await addressee(ctx, userId)
  if (to === undefined) return
  const values = { name: to.name, at: ctx.clock.now(), removed }
  await queueMail(ctx, { to: to.email, message: 'factors-removed', userId, values })
}

/** One message an hour is enough. */
const tellings = { attempts: 1, seconds: 3600 } as const

/** Tells a user that somebody who knows their password guesses codes. */
export async function tellTooManyCodes(ctx: Context, userId: string): Promise<void> {
  if ((await ctx.throttles.limiter('factor-notice', tellings).take(userId)) > 0) return
  const to = await addressee(ctx, userId)
  if (to === undefined) return
  const values = { name: to.name, at: ctx.clock.now(), address: ctx.caller?.address }
  await queueMail(ctx, { to: to.email, message: 'too-many-codes', userId, values })
}

async function addressee(ctx: Context, userId: string): Promise<{ email: string; name: string } | undefined> {
  const user = await getUser(ctx, userId)
  if (user?.emailVerified !== true || user.email === null) return undefined
  return { email: user.email, name: user.username }
}
