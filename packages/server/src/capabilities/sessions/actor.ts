import type { Actor, Context } from '../../platform/context.ts'
import { noteUse } from './last-use.ts'
import { liveSession } from './standing.ts'

/** What of a token's claims says who acts. */
export interface ActorClaims {
  readonly sub?: string
  readonly sid?: string
  readonly aud?: string | readonly string[]
  readonly auth_time?: number
}

/**
 * Who acts with a token, as their session says; undefined once it has ended. Power comes only with a token that no API
 * is meant to see: its audience is the issuer alone. In the shared-secret profile, where a token names no audience,
 * that of the session counts.
 *
 * While this instance's feed vouches for tokens, which the guard has asked, a token of the default profile says all of
 * this itself and no database is asked.
 */
export async function actorOf(
  ctx: Context,
  claims: ActorClaims,
): Promise<(Actor & { kind: 'user' }) | undefined> {
  const { sub, sid } = claims
  if (sub === undefined || sid === undefined) return undefined
  if (claims.auth_time !== undefined && ctx.config.tokenProfile === 'default' && ctx.revocations?.vouches) {
    noteUse(ctx, sid)
    const mayUsePower = isIssuerAlone(claims.aud, ctx.config.issuer)
    return { kind: 'user', id: sub, session: sid, authTime: claims.auth_time * 1000, mayUsePower }
  }
  const session = await liveSession(ctx, sid, sub)
  if (session === undefined) return undefined
  const audience = ctx.config.tokenProfile === 'shared-secret' ? session.audience : claims.aud
  const mayUsePower = isIssuerAlone(audience, ctx.config.issuer)
  return { kind: 'user', id: sub, session: sid, authTime: session.authTime, mayUsePower }
}

function isIssuerAlone(audience: ActorClaims['aud'], issuer: string): boolean {
  return typeof audience === 'string' ? audience === issuer : audience?.length === 1 && audience[0] === issuer
}
