import type { Context } from '../../platform/context.ts'
import { getUser } from '../accounts/index.ts'
import { currentPlace } from '../revocations/index.ts'
import {
  endSession,
  InvalidRefreshToken,
  type OpenedSession,
  rotateRefreshToken,
  type Transport,
} from '../sessions/index.ts'
import { type AudienceRequest, narrowAudience } from './audience.ts'
import { RefreshTokenMissing } from './errors.ts'
import { type LookedUp, mintAccessToken, type TokenUser } from './mint.ts'

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
  known?: LookedUp,
): Promise<TokenAnswer> {
  return {
    token: await mintAccessToken(ctx, session, user, audience, known),
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
  const rotated = await rotateRefreshToken(ctx, presented.token, ({ audience, transport }) => {
    if (transport !== presented.transport) throw new InvalidRefreshToken()
    narrowAudience(ctx.config, audience, request)
  })
  const place = await currentPlace(ctx)
  const user = await getUser(ctx, rotated.session.userId)
  if (user === undefined || user.disabled) throw new InvalidRefreshToken()
  const audience = narrowAudience(ctx.config, rotated.session.audience, request)
  return tokenAnswer(ctx, rotated, user, audience, { place, roles: user.roles })
}

/** Ends the session that a token names; signing out twice is no mistake. */
export async function signOut(ctx: Context, sessionId: string | undefined): Promise<void> {
  if (sessionId !== undefined) await endSession(ctx, sessionId, 'signed_out')
}
