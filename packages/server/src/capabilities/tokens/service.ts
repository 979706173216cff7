import type { Context } from '../../platform/context.ts'
import {
  InvalidRefreshToken,
  type OpenedSession,
  rotateRefreshToken,
  type Session,
  signOutOf,
  type Transport,
} from '../sessions/index.ts'
import { type AudienceRequest, asksForLess, narrowAudience } from './audience.ts'
import { RefreshTokenMissing } from './errors.ts'
import { type Holder, lookUpHolder } from './holder.ts'
import { mintAccessToken, type TokenUser } from './mint.ts'

/** What a successful sign-in or refresh answers (RFC 6749, section 5.1; `token` is the access token). */
export interface TokenAnswer {
  token: string
  token_type: 'Bearer'
  /** Seconds. */
  expires_in: number
  refresh_token: string
}

/** The answer that hands out an access token and the session's current refresh token. */
export async function tokenAnswer(
  ctx: Context,
  { session, refreshToken }: OpenedSession,
  user: TokenUser,
  audience?: readonly string[],
  holder?: Holder,
): Promise<TokenAnswer> {
  return {
    token: await mintAccessToken(ctx, session, user, audience, holder),
    token_type: 'Bearer',
    expires_in: ctx.config.accessTokenLifetime,
    refresh_token: refreshToken,
  }
}

/**
 * Trades a refresh token for new tokens, with the roles and permissions that the user has now. A token counts only
 * where its session lets it travel: one that was read out of a cookie is worth nothing in a body.
 *
 * @throws InvalidRefreshToken (`invalid_grant`, 401), InvalidTarget (`invalid_target`, 400)
 */
export async function refresh(
  ctx: Context,
  presented: { token: string | undefined; transport: Transport },
  request: AudienceRequest,
): Promise<TokenAnswer> {
  if (presented.token === undefined) throw new RefreshTokenMissing()
  const { token, transport } = presented
  const check = asksForLess(request)
    ? ({ audience }: Session): void => void narrowAudience(ctx.config, audience, request)
    : undefined
  const rotated = await rotateRefreshToken(ctx, token, { transport, check })
  const holder = await lookUpHolder(ctx, rotated.session.userId)
  const { user } = holder
  if (user === undefined || user.disabled) throw new InvalidRefreshToken()
  const audience = narrowAudience(ctx.config, rotated.session.audience, request)
  return tokenAnswer(ctx, rotated, user, audience, holder)
}

/** Ends the session that a token names; signing out twice is no mistake. */
export async function signOut(
  ctx: Context,
  { sid, sub }: { readonly sid?: string; readonly sub?: string },
): Promise<void> {
  if (sid !== undefined && sub !== undefined) await signOutOf(ctx, sid, sub)
}
