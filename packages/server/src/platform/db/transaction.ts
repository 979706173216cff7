import type { PlatformContext } from '../context.ts'
import { isTransient } from './errors.ts'
import { insideTransaction, outsideTransaction } from './nesting.ts'

const attempts = 4

/**
 * Runs a use case as one transaction: `work` gets a context whose `db` is the transaction, and passes it on. Within a
 * transaction, it joins that one. After a deadlock or serialization failure, `work` is retried a few times,
 * so `work` has no effects besides the database; `ctx.afterCommit` is for those.
 *
 * PostgreSQL runs at read committed, with rows and names locked where a rule spans rows; SQLite's transactions take turns.
 *
 * @example
 * await inTransaction(ctx, async (ctx) => endSession(ctx, sessionId, 'signed_out'))
 */
export async function inTransaction<C extends PlatformContext, T>(
  ctx: C,
  work: (ctx: C) => Promise<T>,
): Promise<T> {
  if (ctx.db.isTransaction) return work(ctx)
  for (let attempt = 1; ; attempt += 1) {
    const effects: (() => void)[] = []
    try {
      const result = await ctx.db
        .transaction()
        .execute((db) =>
          insideTransaction(() => work({ ...ctx, db, afterCommit: (effect) => void effects.push(effect) })),
        )
      outsideTransaction(() => runEffects(ctx, effects))
      return result
    } catch (error) {
      if (attempt >= attempts || !isTransient(error)) throw error
    }
  }
}

/** The transaction is committed whatever happens here: a failing effect is logged, and the others still run. */
function runEffects(ctx: Pick<PlatformContext, 'log'>, effects: readonly (() => void)[]): void {
  for (const effect of effects) {
    try {
      effect()
    } catch (error) {
      ctx.log.error({ err: error }, 'after-commit effect failed')
    }
  }
}
