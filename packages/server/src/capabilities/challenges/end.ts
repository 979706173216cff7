import type { Context } from '../../context.ts'
import { clockDifference, isCurrent } from './lifetime.ts'
import type { ChallengePurpose } from './purposes.ts'
import { challengesOf, deleteChallengesOf, deleteExpired, endChallengesOf, type Purposes } from './store.ts'

/** Withdraws the open challenges of a subject, of all purposes by default: their links and codes work no more. */
export async function withdrawChallenges(
  ctx: Context,
  subject: string,
  purposes: Purposes<ChallengePurpose> = { except: [] },
): Promise<void> {
  await endChallengesOf(ctx.db, subject, purposes, ctx.clock.now())
}

/** How many challenges of a purpose a subject has that can still be met. */
export async function openChallenges(
  ctx: Context,
  purpose: ChallengePurpose,
  subject: string,
): Promise<number> {
  const now = ctx.clock.now()
  const rows = await challengesOf(ctx.db, purpose, subject)
  return rows.filter((row) => row.ended_at === null && isCurrent(row, now)).length
}

/** Deletes every challenge of a subject, so that nothing about it stays. */
export async function forgetChallenges(ctx: Context, subject: string): Promise<void> {
  await deleteChallengesOf(ctx.db, subject)
}

const batch = 1_000
const mostBatches = 20

/** Deletes challenges whose time is over, a limited number at a time; safe on any number of instances. */
export async function sweepChallenges(ctx: Context): Promise<void> {
  for (let i = 0; i < mostBatches; i += 1) {
    const now = ctx.clock.now()
    if ((await deleteExpired(ctx.db, now, now + clockDifference, batch)) < batch) return
  }
}
