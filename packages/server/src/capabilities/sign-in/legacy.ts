import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'
import { findForSignInById, holdForSignIn } from '../accounts/index.ts'
import { noteFailure } from '../audit/index.ts'
import { accountsWithId } from '../imports/index.ts'
import { findPassword } from '../passwords/index.ts'
import type { Transport } from '../sessions/index.ts'
import { type AudienceRequest, resolveAudience } from '../tokens/index.ts'
import { completeSignIn } from './complete.ts'
import { LegacyExchangeClosed, LegacyTokenRefused, WrongCredentials } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { useToken } from './legacy-store.ts'
import { type LegacyToken, readLegacyToken } from './legacy-token.ts'
import { signInSettings } from './settings.ts'
import { type SignedIn, withTokens } from './signed-in.ts'
import { type Client, originOf } from './trail.ts'

/** Exchanges from one network, good or bad: a whole office moves at once. */
const exchanges = { attempts: 300, seconds: 900 } as const

/**
 * Until when, and under which secret, tokens of the application before are exchanged.
 *
 * @throws LegacyExchangeClosed (`legacy_exchange_closed`, 404)
 */
export function requireLegacyOpen({ config, clock }: Pick<Context, 'config' | 'clock'>): {
  until: number
  secret: Uint8Array
} {
  const { legacyUntil: until, legacySecret: secret } = settingsOf(config, signInSettings)
  if (until === undefined || secret === undefined || clock.now() >= until) throw new LegacyExchangeClosed()
  return { until, secret }
}

/**
 * Opens a session for the bearer of a token of the application before, once for each token. The session is as old as the
 * token, so that it cannot do what needs a recent sign-in. A password that was changed since the import ends them.
 *
 * @throws LegacyExchangeClosed (404), LegacyTokenRefused (401), AccountDisabled (403), InvalidTarget (400),
 *   TooManyAttempts (429)
 */
export async function exchangeLegacyToken(
  ctx: Context,
  input: AudienceRequest & { token: string; transport?: Transport | undefined },
  client: Client,
): Promise<SignedIn> {
  const { until, secret } = requireLegacyOpen(ctx)
  const audience = resolveAudience(ctx.config, input)
  const key = ctx.sealer.digest(networkOf(client.address), 'throttling')
  const wait = await ctx.throttles.limiter('legacy-token', exchanges).take(key)
  if (wait > 0) throw new TooManyAttempts(wait)
  const token = readLegacyToken(input.token, { secret, issuer: ctx.config.issuer, now: ctx.clock.now() })
  const [account, another] = token === undefined ? [] : await accountsWithId(ctx.db, token.foreignId)
  // two products may have had a user 7: then nobody can say which one is meant
  const signingIn =
    account === undefined || another !== undefined ? undefined : await findForSignInById(ctx, account.user_id)
  if (token === undefined || account === undefined || signingIn === undefined) {
    noteFailure(ctx, {
      action: 'sign_in.failed',
      userId: undefined,
      reason: 'legacy_token_refused',
      from: originOf(client),
    })
    throw new LegacyTokenRefused()
  }
  const { transport } = input
  const request = { way: 'sign_in', audience, transport, client } as const
  const evidence = evidenceOf(token, { userId: signingIn.user.id, importedAt: account.imported_at, until })
  const outcome = await completeSignIn(ctx, signingIn, evidence, request).catch((error: unknown) => {
    throw error instanceof WrongCredentials ? new LegacyTokenRefused() : error
  })
  return withTokens(ctx, outcome)
}

function evidenceOf(
  { digest, issuedAt, expiresAt }: LegacyToken,
  { userId, importedAt, until }: { userId: string; importedAt: number; until: number },
): Evidence {
  return {
    method: 'legacy_token',
    acr: 'pwd',
    amr: ['pwd'],
    authTime: Math.min(issuedAt ?? 0, importedAt),
    async confirm(ctx) {
      const held = await holdForSignIn(ctx, userId)
      if (held === undefined || held.user.disabled || held.mustChangePassword) return false
      const password = await findPassword(ctx.db, userId)
      if (password !== undefined && Number(password.changed_at) > importedAt) return false
      // without an expiry, or with a far one, the exchange itself ends
      return useToken(ctx.db, digest, Math.min(expiresAt ?? until, until))
    },
  }
}
