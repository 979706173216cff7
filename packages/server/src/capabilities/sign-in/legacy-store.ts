import type { Executor } from '../../platform/db/executor.ts'

/** A row of `exchanged_tokens`: a token of the application before, used up. */
interface ExchangedTokensTable {
  /** SHA-256 of what was signed, base64url. */
  digest: string
  expires_at: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    exchanged_tokens: ExchangedTokensTable
  }
}

/** Uses a token up; false for whoever comes second. */
export async function useToken(db: Executor, digest: string, expiresAt: number): Promise<boolean> {
  const inserted = await db
    .insertInto('exchanged_tokens')
    .values({ digest, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .executeTakeFirst()
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Forgets tokens that have expired, a limited number at a time. */
export async function sweepExchanged(db: Executor, now: number): Promise<void> {
  const old = db.selectFrom('exchanged_tokens').select('digest').where('expires_at', '<', now).limit(5_000)
  await db.deleteFrom('exchanged_tokens').where('digest', 'in', old).execute()
}
