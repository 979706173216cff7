import type { ClientActor, Context, UserActor } from '../../context.ts'
import type { Grant } from '../../grant.ts'
import type { GrantClaims } from '../../instance.ts'
import { findGrant } from './registry.ts'

/**
 * The actor behind a token, by its grant; undefined once that has ended. Power comes only with a token that no API is
 * meant to see: its audience is the issuer alone. In the shared-secret profile, where a token names no audience, that
 * of the grant counts.
 *
 * While this instance's memory of revocations is current, which the guard has checked, a token of the default profile
 * says all of this itself and no database is asked.
 */
export async function actorOf(
  ctx: Context,
  claims: Partial<GrantClaims>,
): Promise<UserActor | ClientActor | undefined> {
  const { sub, sid } = claims
  if (sub === undefined || sid === undefined) return undefined
  const grant = fromClaims(ctx, { ...claims, sub, sid }) ?? (await findGrant(ctx, sid, sub))
  if (grant === undefined) return undefined
  const audience = ctx.config.tokenProfile === 'shared-secret' ? grant.audience : claims.aud
  return actorBy(grant, isIssuerAlone(audience, ctx.config.issuer))
}

function fromClaims(ctx: Context, claims: GrantClaims): Grant | undefined {
  const { config, instance } = ctx
  if (config.tokenProfile !== 'default' || instance.revocations?.isCurrent !== true) return undefined
  return instance.grants.sourceOf(claims.sid)?.fromClaims?.(ctx, claims)
}

function actorBy(grant: Grant, mayUsePower: boolean): UserActor | ClientActor {
  const { id, subject, ceiling } = grant
  return grant.kind === 'session'
    ? { kind: 'user', id: subject, session: id, authTime: grant.authTime, ceiling, mayUsePower }
    : { kind: 'client', id: subject, grant: id, ceiling: grant.ceiling, mayUsePower }
}

function isIssuerAlone(audience: GrantClaims['aud'], issuer: string): boolean {
  return typeof audience === 'string' ? audience === issuer : audience?.length === 1 && audience[0] === issuer
}
