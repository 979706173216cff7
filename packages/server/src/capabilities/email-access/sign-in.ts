import type { Context } from '../../context.ts'
import { InvalidChallenge, type Proof, useChallenge } from '../challenges/index.ts'
import { recognise } from '../devices/index.ts'
import type { Transport } from '../sessions/index.ts'
import { type Client, completeSignIn, failed, originOf, type SignedIn, withTokens } from '../sign-in/index.ts'
import { type AudienceRequest, resolveAudience } from '../tokens/index.ts'
import { proveMailbox, tellOfWrongCodes } from './mailbox.ts'

/** What a sign-in by e-mail asks for. */
export interface EmailSignIn extends AudienceRequest {
  readonly transport: Transport | undefined
}

/**
 * Signs in whoever reads an account's mail, with the link or the code. No account is created. The first time, the address
 * counts as verified, and what a squatter planted goes, their password included.
 *
 * @throws InvalidChallenge (400), InvalidTarget (400), AccountDisabled (403), EmailTaken (409), TooManyAttempts (429), and
 *   what `withTokens` throws for a sign-in that lacks a step (401)
 */
export async function signInByEmail(
  ctx: Context,
  proof: Proof,
  request: EmailSignIn,
  client: Client,
): Promise<SignedIn> {
  const audience = resolveAudience(ctx.config, request)
  const { address, deviceTokens = [] } = client
  const outcome = await useChallenge(
    ctx,
    'sign-in-by-email',
    proof,
    async (ctx, { payload }) => {
      const { account } = await proveMailbox(ctx, payload)
      const { device } = await recognise(ctx, account.user.id, { address, deviceTokens })
      const evidence = { method: 'email', acr: 'pwd', amr: ['otp'], confirm: async () => true } as const
      const { transport } = request
      return completeSignIn(ctx, account, evidence, { way: 'sign_in', audience, transport, client, device })
    },
    { exhausted: (ctx, { payload }) => tellOfWrongCodes(ctx, payload) },
  ).catch((error: unknown) => {
    if (error instanceof InvalidChallenge) failed(ctx, originOf(client), undefined, 'wrong_credentials')
    throw error
  })
  return withTokens(ctx, outcome)
}
