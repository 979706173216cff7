import type { Context } from '../../../context.ts'
import { scrub } from '../../../platform/db/scrub.ts'
import { inTransaction } from '../../../platform/db/transaction.ts'
import { eraseAuditDetails, record } from '../../audit/index.ts'
import { lockPower } from '../../roles/index.ts'
import { eraseUser } from '../erase.ts'
import { lockUser } from '../store.ts'
import { dueDeletions, erasedBefore, findDeletion, removeErasure } from './store.ts'

const batch = 50
/** After so many milliseconds, no instance has anything left to write about an account that is gone. */
const settled = 60_000

/**
 * Erases accounts whose time has come, and what was written about erased ones a moment later, a limited number at a time;
 * safe on any number of instances.
 */
export async function finishDeletions(ctx: Context): Promise<void> {
  const due = await dueDeletions(ctx.db, ctx.clock.now(), batch)
  for (const userId of due) await eraseIfDue(ctx, userId)
  const late = await erasedBefore(ctx.db, ctx.clock.now() - settled, batch)
  for (const userId of late) {
    await inTransaction(ctx, (ctx) => eraseAuditDetails(ctx, userId))
  }
  if (due.length + late.length === 0) return
  // another process that reads at this moment keeps the file from being scrubbed: then again at the next run
  if (await scrub(ctx.db)) for (const userId of late) await removeErasure(ctx.db, userId)
}

/** Erases the account, unless somebody has kept it, or another instance has erased it. */
async function eraseIfDue(ctx: Context, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    const row = await lockUser(ctx.db, userId)
    const deletion = await findDeletion(ctx.db, userId)
    if (row === undefined || deletion === undefined || deletion.due_at > ctx.clock.now()) return
    await record(ctx, { actor: { kind: 'system' }, action: 'user.deleted', target: userId })
    await eraseUser(ctx, row)
  })
}
