import type { Context } from '../../context.ts'
import type { PasswordCosts } from '../../instance.ts'
import { countHashes } from './store.ts'

/**
 * Imported hashes take longer or shorter to check than ours. An unknown name that always cost one of ours would tell
 * that any other name has an account. So each name is given a cost by a keyed digest, as often as accounts have it: the
 * same one at each attempt, and ours more often as imported hashes are replaced.
 */
export function createPasswordCosts(): PasswordCosts<Context> {
  let shares: readonly { readonly cost: string; readonly below: number }[] = []
  return {
    costFor(ctx, name) {
      if (shares.length === 0) return undefined
      const digest = Buffer.from(ctx.sealer.digest(name, 'password costs'), 'base64url')
      const place = digest.readUIntBE(0, 6) / 2 ** 48
      return shares.find(({ below }) => place < below)?.cost
    },
    update(total, foreign) {
      let counted = 0
      shares = [...foreign].sort().map(([cost, count]) => {
        counted += count
        return { cost, below: counted / total }
      })
    },
  }
}

/** Counts the costs again. Between two counts, an import or many sign-ins may change them. */
export async function refreshPasswordCosts(ctx: Context): Promise<void> {
  const { total, foreign } = await countHashes(ctx.db)
  ctx.instance.passwordCosts.update(total, foreign)
}
