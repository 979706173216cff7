import type { Context } from '../../context.ts'
import { newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'
import { holdForSignIn } from '../accounts/index.ts'
import { noteFailure } from '../audit/index.ts'
import { createChallenge, InvalidChallenge, useChallenge, wrongAnswer } from '../challenges/index.ts'
import { recognise } from '../devices/index.ts'
import {
  type AuthenticationResponseJSON,
  challengeIn,
  factorsOf,
  provenBy,
  requestOptions,
  takePasskey,
  WrongFactor,
} from '../factors/index.ts'
import type { Transport } from '../sessions/index.ts'
import {
  type Client,
  completeSignIn,
  lookAtPaused,
  originOf,
  type Resuming,
  type SignedIn,
  withTokens,
} from '../sign-in/index.ts'
import { type AudienceRequest, resolveAudience } from '../tokens/index.ts'

declare module '../challenges/purposes.ts' {
  interface ChallengePayloads {
    /** Somebody who is about to sign in with a passkey; the challenge's token is what it signs. */
    'passkey-sign-in': Record<string, never>
  }
}

/** How long a browser may wait for its user, in milliseconds: forms that offer passkeys ask when they open. */
const lifetimeMs = 10 * 60_000

/** Challenges that one network may ask for. */
const askings = { attempts: 200, seconds: 900 } as const

/**
 * What a browser needs to ask for any passkey that it has for this server.
 *
 * @throws TooManyAttempts (429)
 */
export async function passkeyOptions(ctx: Context, { address }: Pick<Client, 'address'>) {
  const wait = await ctx.throttles.limiter('passkey-options', askings).take(networkOf(address))
  if (wait > 0) throw new TooManyAttempts(wait)
  const subject = `passkey ${newOpaqueToken()}`
  const purpose = 'passkey-sign-in'
  const { token } = await createChallenge(ctx, { purpose, subject, payload: {}, lifetimeMs })
  return requestOptions(ctx, undefined, token)
}

/** What a browser needs to ask for a passkey of the account that a sign-in is paused for. */
export async function secondPasskeyOptions(ctx: Context, resuming: Resuming) {
  const { userId } = await lookAtPaused(ctx, 'factor_required', resuming)
  return requestOptions(ctx, await factorsOf(ctx.db, userId), resuming.challenge)
}

/** A sign-in with nothing but a passkey. */
export interface PasskeySignIn extends AudienceRequest {
  readonly credential: AuthenticationResponseJSON
  readonly transport: Transport | undefined
}

/**
 * Signs a user in with a passkey alone, which has to have made sure of its user.
 *
 * @throws InvalidTarget (400), WrongFactor (401), AccountDisabled (403), and the step that the sign-in lacks (401)
 */
export async function signInWithPasskey(
  ctx: Context,
  { credential, transport, ...asked }: PasskeySignIn,
  client: Client,
): Promise<SignedIn> {
  const audience = resolveAudience(ctx.config, asked)
  const challenge = challengeIn(credential) ?? ''
  let userId: string | undefined
  try {
    const outcome = await useChallenge(ctx, 'passkey-sign-in', { token: challenge }, async (ctx) => {
      const used = await takePasskey(ctx, credential, { challenge })
      userId = used?.factor.user_id
      if (used?.userVerified !== true) return wrongAnswer
      const held = await holdForSignIn(ctx, used.factor.user_id)
      if (held === undefined) return wrongAnswer
      const { address, deviceTokens = [] } = client
      const { device } = await recognise(ctx, held.user.id, { address, deviceTokens })
      const { acr, amr } = provenBy(used)
      const evidence = { method: 'passkey', acr, amr, confirm: async () => true } as const
      return completeSignIn(ctx, held, evidence, { way: 'sign_in', audience, transport, client, device })
    })
    return await withTokens(ctx, outcome)
  } catch (error) {
    if (!(error instanceof InvalidChallenge)) throw error
    noteFailure(ctx, { action: 'sign_in.failed', userId, reason: 'wrong_factor', from: originOf(client) })
    throw new WrongFactor()
  }
}
