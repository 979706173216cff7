import type { Context } from '../../platform/context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { feedHead, lockFeed, moveFeed, place, unplaced } from './store.ts'

/** Revocations that get their place in one transaction, at most. */
const batch = 500

/**
 * Gives every committed revocation its place in the feed. Places are given under one lock and after the commit, not
 * by the transaction that revokes: so one that commits late gets a later place and none is ever skipped, and nobody who
 * signs out waits for somebody else's slow transaction.
 *
 * A place is the time in milliseconds, or one more than the last where that is higher: even after a database was
 * restored from a backup, new places are higher than any that was ever given.
 */
export async function sequence(ctx: Context): Promise<void> {
  let more = true
  while (more) {
    more = await inTransaction(ctx, async (ctx) => {
      let last = await lockFeed(ctx.db)
      const ids = await unplaced(ctx.db, batch)
      for (const id of ids) {
        last = Math.max(last + 1, ctx.clock.now())
        await place(ctx.db, id, last)
      }
      if (ids.length > 0) await moveFeed(ctx.db, last)
      return ids.length === batch
    })
  }
}

/**
 * The newest place of the feed, for a token that is about to be made: ask before looking up what the token says. A
 * revocation with a higher place then makes the token bad, and one with a lower place is known to what was looked up.
 */
export async function currentPlace(ctx: Context): Promise<number> {
  const head = await feedHead(ctx.db)
  if (!head.unplaced) return head.seq
  // else the token would be older than a change that it already reflects
  await sequence(ctx)
  return (await feedHead(ctx.db)).seq
}
