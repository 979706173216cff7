import type { Actor, Context } from '../../platform/context.ts'
import { liveSession } from './standing.ts'

/** What of a token's claims says who acts. */
export interface ActorClaims {
  readonly sub?: string
  readonly sid?: string
  readonly aud?: string | readonly string[]
}

/**
 * Who acts with a token, as their session says; undefined once it has ended. Power comes only with a token that no API
 * is meant to see: its audience is the issuer alone. In the shared-secret profile, where a token names no audience,
 * that of the session counts.
 */
export async function actorOf(
  ctx: Context,
  claims: ActorClaims,
): Promise<(Actor & { kind: 'user' }) | undefined> {
  const { sub, sid } = claims
  if (sub === undefined || sid === undefined) return undefined
  const session = await liveSession(ctx, sid, sub)
  if (session === undefined) return undefined
  const audience = ctx.config.tokenProfile === 'shared-secret' ? session.audience : (claims.aud ?? [])
  const audiences = typeof audience === 'string' ? [audience] : audience
  const mayUsePower = audiences.length === 1 && audiences[0] === ctx.config.issuer
  return { kind: 'user', id: sub, session: sid, authTime: session.authTime, mayUsePower }
}
