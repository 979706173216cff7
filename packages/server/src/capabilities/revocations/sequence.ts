import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { lockFeed, moveFeed, readSequence, setSequence, unsequenced } from './store.ts'

/** Revocations that get their sequence number in one transaction, at most. */
const batch = 500

/**
 * Gives every committed revocation its sequence number. The wire and the tables call it `seq`,
 * a token's claim `rev`, a request's parameter `cursor`; code calls it `sequence`.
 *
 * Numbers are given under one lock and after the commit, not by the transaction that revokes: so one that commits late
 * gets a later number and none is ever skipped, and nobody who signs out waits for somebody else's slow transaction.
 *
 * A number is the time in milliseconds, or one more than the last where that is higher: even after a database was
 * restored from a backup, new numbers are higher than any before.
 */
export async function assignSequences(ctx: Context): Promise<void> {
  let more = true
  while (more) {
    more = await inTransaction(ctx, async (ctx) => {
      let last = await lockFeed(ctx.db)
      const ids = await unsequenced(ctx.db, batch)
      for (const id of ids) {
        last = Math.max(last + 1, ctx.clock.now())
        await setSequence(ctx.db, id, last)
      }
      if (ids.length > 0) await moveFeed(ctx.db, last)
      return ids.length === batch
    })
  }
}

/**
 * The newest sequence number, for a token that is about to be made: read it before looking up what the token says. A
 * revocation with a higher number then makes the token bad, and one with a lower number is known to what was looked up.
 */
export async function currentSequence(ctx: Context): Promise<number> {
  const newest = await readSequence(ctx.db)
  if (!newest.incomplete) return newest.sequence
  // else the token would be older than a change that it already reflects
  await assignSequences(ctx)
  return (await readSequence(ctx.db)).sequence
}
