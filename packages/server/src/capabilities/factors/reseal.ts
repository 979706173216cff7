import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { replaceSecret, secretsAfter } from './store.ts'
import { sealAgain } from './totp.ts'

const batch = 500

/** Seals the secrets of authenticator apps again, under the present GATEHOUSE_SECRET; returns how many there are. */
export async function resealFactors(ctx: Context): Promise<number> {
  let [resealed, after] = [0, '']
  for (;;) {
    const rows = await secretsAfter(ctx.db, after, batch)
    await inTransaction(ctx, async (ctx) => {
      for (const { id, secret_sealed } of rows) {
        if (secret_sealed !== null)
          await replaceSecret(ctx.db, id, secret_sealed, sealAgain(ctx, id, secret_sealed))
      }
    })
    resealed += rows.length
    after = rows.at(-1)?.id ?? ''
    if (rows.length < batch) return resealed
  }
}
