import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { deleteUpTo, oldestEntries, takeHead } from './chain-store.ts'
import { dropCheckpointsBefore } from './checkpoint-store.ts'
import { signCheckpoint } from './checkpoints.ts'
import { auditSettings } from './settings.ts'

/**
 * Deletes expired entries, a limited number at a time, from the start of the chain on. A signed checkpoint says up to
 * where, so that what is left can be verified. Safe on any number of instances.
 */
export async function sweepAudit(ctx: Context): Promise<void> {
  const before = ctx.clock.now() - settingsOf(ctx.config, auditSettings).retention * 1000
  const [oldest] = await oldestEntries(ctx.db, 1)
  if (oldest === undefined || oldest.at >= before) return
  await inTransaction(ctx, async (ctx) => {
    if ((await takeHead(ctx.db)) === undefined) return
    const oldest = await oldestEntries(ctx.db, 5_000)
    const kept = oldest.findIndex(({ at }) => at >= before)
    const last = oldest.at(kept === -1 ? -1 : kept - 1)
    if (kept === 0 || last === undefined) return
    await deleteUpTo(ctx.db, last.sequence)
    await signCheckpoint(ctx, 'cut', last)
    await dropCheckpointsBefore(ctx.db, last.sequence)
  })
}
