import type { Context } from '../../context.ts'
import type { Tally } from '../../instance.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { serialize } from '../../platform/db/locks.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { networkOf } from '../../platform/network.ts'
import type { FailedAction } from './actions.ts'
import { longestAddress, type Origin, printable } from './service.ts'
import { addTallies, type NewAuditRow, talliesOf } from './store.ts'
import { Tallies, tallyPeriod } from './tally.ts'

/** An attempt that was refused. */
export interface Failure {
  action: FailedAction
  /** The account that was tried; undefined if no account has the name. The name is stored nowhere: it may be a password. */
  userId: string | undefined
  /** The reason, a fixed word: `wrong_credentials`. */
  reason: string
  /** Where it came from; by default, the current request. */
  from?: Origin | undefined
}

/**
 * Counts a refusal in memory; `writeFailures` saves it within a second. It costs the attempt nothing, whether or not the
 * account exists.
 */
export function noteFailure(ctx: Context, { action, userId, reason, from = ctx.caller }: Failure): void {
  const now = ctx.clock.now()
  const network = from === undefined ? null : networkOf(from.address).slice(0, longestAddress)
  ctx.instance.failures.add({
    period: Math.floor(now / tallyPeriod),
    key: [action, reason, userId ?? '', network ?? ''].join(' '),
    action,
    userId: userId ?? null,
    reason,
    address: network,
    userAgent: printable(from?.userAgent),
    count: 1,
    firstAt: now,
    lastAt: now,
  })
}

/** Saves what was counted since the last time. What cannot be saved is kept for the next. */
export async function writeFailures(ctx: Context): Promise<void> {
  const taken = ctx.instance.failures.take()
  if (taken.length === 0) return
  try {
    await inTransaction(ctx, async (ctx) => {
      // so that all instances together make no more rows than one may
      await serialize(ctx.db, 'audit failures')
      for (const period of new Set(taken.map((tally) => tally.period))) await writePeriod(ctx, period, taken)
    })
  } catch (error) {
    for (const tally of taken) ctx.instance.failures.add(tally)
    throw error
  }
}

async function writePeriod(ctx: Context, period: number, taken: readonly Tally[]): Promise<void> {
  const tallies = new Tallies(await talliesOf(ctx.db, period))
  for (const tally of taken) if (tally.period === period) tallies.add(tally)
  await addTallies(ctx.db, tallies.take().map(toRow))
}

function toRow(tally: Tally): NewAuditRow {
  return {
    id: newId({ now: () => tally.firstAt }),
    at: tally.firstAt,
    actor: 'anonymous',
    action: tally.action,
    target: tally.userId,
    detail: JSON.stringify({ reason: tally.reason }),
    grant_id: null,
    names: null,
    address: tally.address,
    user_agent: tally.userAgent,
    count: tally.count,
    last_at: tally.lastAt,
    period: tally.period,
    tally_key: tally.key,
  }
}
