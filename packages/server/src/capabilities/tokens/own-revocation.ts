import type { Claims } from '@gatehouse/guard'
import type { RevocationFactory, Standing } from '@gatehouse/guard/revocation'
import type { Context } from '../../platform/context.ts'
import { isRevokedInDatabase } from '../revocations/index.ts'
import { sessionStanding } from '../sessions/index.ts'

/**
 * What the server's own guard asks about a token. This instance's memory answers, as long as it is fresh; else the
 * database does. Every holder of a shared secret can mint tokens, so that in that profile a token is a pointer to a
 * session and nothing more: the database is asked always.
 */
export function ownRevocation(ctx: Context): RevocationFactory {
  const { revocations: feed, config } = ctx
  return (keys) => {
    feed?.onKeyNews((kid, dropped) => {
      if (dropped) keys.dropKey(kid)
      keys
        .refreshKeys()
        .catch((error: unknown) => ctx.log.warn({ err: error }, 'the own key set cannot be read'))
    })
    return {
      standing(claims, kid) {
        if (feed?.isRevoked(claims, kid) === true) return 'revoked'
        if (feed?.vouches === true && config.tokenProfile === 'default') return 'good'
        return standingInDatabase(ctx, claims, kid)
      },
      close: () => undefined,
    }
  }
}

async function standingInDatabase(ctx: Context, claims: Claims, kid: string | undefined): Promise<Standing> {
  const { sid, sub } = claims
  if (sid === undefined || sub === undefined) return 'revoked'
  if ((await sessionStanding(ctx, sid, sub)) !== 'live') return 'revoked'
  return (await isRevokedInDatabase(ctx, claims, kid)) ? 'revoked' : 'good'
}
