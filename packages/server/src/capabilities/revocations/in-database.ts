import type { Claims } from '@gatehouse/guard'
import { always, cuts, digestOf, digestText, placeClaim } from '@gatehouse/guard/internal/revocation'
import type { Context } from '../../context.ts'
import { revocationsOf } from './store.ts'

/** Whether the database has a revocation that makes a token, or the key that signed it, bad. */
export async function isRevokedInDatabase(
  ctx: Context,
  claims: Claims,
  kid: string | undefined,
): Promise<boolean> {
  const digests = digestsOf(claims, kid)
  const rows = await revocationsOf(ctx.db, digests)
  const { [placeClaim]: rev, iat } = claims
  const madeAt = typeof rev === 'number' ? rev : undefined
  return rows.some((row) => {
    if (row.cuts === 'none') return false
    // one without a number was committed a moment ago: whatever token names a number is older
    return cuts(row.cuts === 'all' ? always : (row.seq ?? Number.MAX_SAFE_INTEGER), madeAt, iat)
  })
}

function digestsOf({ sid, sub, roles }: Claims, kid: string | undefined): string[] {
  return [
    ...(sid === undefined ? [] : [digestOf('sid', sid)]),
    ...(sub === undefined ? [] : [digestOf('sub', sub)]),
    ...(roles ?? []).map((role) => digestOf('role', role)),
    ...(kid === undefined ? [] : [digestOf('kid', kid)]),
  ].map(digestText)
}
