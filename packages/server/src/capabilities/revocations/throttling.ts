import type { Context } from '../../context.ts'
import { networkOf } from '../../platform/network.ts'
import { countAttempt } from '../../platform/throttles.ts'

/** Requests of one address: two hundred processes behind it that poll twice a second use half of it. */
const requests = { attempts: 1600, seconds: 2 }
/** Snapshots for one address: a process needs one, when it starts. */
const snapshots = { attempts: 200, seconds: 10 }

/**
 * Counts a request to the feed, in memory and by each instance for itself: answering one costs less than writing it
 * down would.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export function countRequest(ctx: Context, address: string): Promise<void> {
  return count(ctx, 'feed-question', requests, address)
}

/**
 * Counts a snapshot about to be handed out.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export function countSnapshot(ctx: Context, address: string): Promise<void> {
  return count(ctx, 'feed-snapshot', snapshots, address)
}

async function count(ctx: Context, name: string, limits: typeof requests, address: string): Promise<void> {
  await countAttempt(ctx, ctx.throttles.local(name, limits), networkOf(address))
}
