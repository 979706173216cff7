import type { Context } from '../../context.ts'
import {
  grantOf,
  InvalidRefreshToken,
  type OpenedSession,
  rotateRefreshToken,
  type Session,
  signOutOf,
  type Transport,
} from '../sessions/index.ts'
import {
  type AudienceRequest,
  asksForLess,
  lookUpSubject,
  mintAccessToken,
  narrowAudience,
  type TokenSubject,
} from '../tokens/index.ts'
import { RefreshTokenMissing } from './errors.ts'

/** What a successful sign-in or refresh returns (RFC 6749, section 5.1; `token` is the access token). */
export interface TokenAnswer {
  token: string
  token_type: 'Bearer'
  /** Seconds. */
  expires_in: number
  refresh_token: string
}

/**
 * An access token of a session, with the session's current refresh token.
 *
 * @throws SessionEnded (`session_ended`, 401) where the user is gone or disabled
 */
export async function tokenAnswer(
  ctx: Context,
  { session, refreshToken }: OpenedSession,
  options: { readonly audience?: readonly string[]; readonly subject?: TokenSubject } = {},
): Promise<TokenAnswer> {
  return {
    token: await mintAccessToken(ctx, grantOf(session), options),
    token_type: 'Bearer',
    expires_in: ctx.config.accessTokenLifetime,
    refresh_token: refreshToken,
  }
}

/**
 * Trades a refresh token for new tokens, with the roles and permissions that the user has now. A token is accepted only
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
  const subject = await lookUpSubject(ctx, grantOf(rotated.session))
  if (subject === undefined) throw new InvalidRefreshToken()
  const audience = narrowAudience(ctx.config, rotated.session.audience, request)
  return tokenAnswer(ctx, rotated, { audience, subject })
}

/** Ends the session that a token names; signing out twice is no error. */
export async function signOut(
  ctx: Context,
  { sid, sub }: { readonly sid?: string; readonly sub?: string },
): Promise<void> {
  if (sid !== undefined && sub !== undefined) await signOutOf(ctx, sid, sub)
}
