import type { Context } from '../../platform/context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'

/** Questions of one address: two hundred processes behind it that poll twice a second have half of it to spare. */
const questions = { attempts: 1600, seconds: 2 }
/** Snapshots for one address: what a process needs once, as it starts. */
const snapshots = { attempts: 200, seconds: 10 }

/**
 * Counts a question to the feed. It is counted in memory, by each instance for itself: a question costs less than
 * writing down that it was asked.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export function countQuestion(ctx: Context, address: string): Promise<void> {
  return count(ctx, 'feed-question', questions, address)
}

/**
 * Counts a snapshot about to be handed out.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export function countSnapshot(ctx: Context, address: string): Promise<void> {
  return count(ctx, 'feed-snapshot', snapshots, address)
}

async function count(ctx: Context, name: string, limits: typeof questions, address: string): Promise<void> {
  const wait = await ctx.throttles.local(name, limits).take(networkOf(address))
  if (wait > 0) throw new TooManyAttempts(wait)
}
