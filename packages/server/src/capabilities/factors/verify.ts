import type { Context } from '../../context.ts'
import { record } from '../audit/index.ts'
import { type AuthenticationResponseJSON, type PasskeyUsed, takePasskey } from './passkeys.ts'
import { useRecoveryCode } from './recovery-codes.ts'
import type { FactorChoice } from './schema.ts'
import { factorsOf } from './store.ts'
import { takeTotp } from './totp.ts'

/** What a user sends: a code of an authenticator app, a recovery code, or what a passkey signed for `challenge`. */
export type FactorProof =
  | { readonly totp: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: AuthenticationResponseJSON; readonly challenge: string }

/** What a factor adds to what was proven before: `acr` (RFC 9470) and `amr` (RFC 8176). */
export interface FactorProven {
  readonly kind: FactorChoice
  readonly acr: 'mfa' | 'phr'
  readonly amr: readonly ('otp' | 'pop' | 'user' | 'mfa')[]
}

const oneTimeCode = { acr: 'mfa', amr: ['otp', 'mfa'] } as const

/** What a passkey proves: one that made sure of its user is several factors in itself, and resists phishing. */
export const provenBy = ({ userVerified }: Pick<PasskeyUsed, 'userVerified'>): FactorProven => ({
  kind: 'passkey',
  acr: userVerified ? 'phr' : 'mfa',
  amr: ['pop', 'user', 'mfa'],
})

/**
 * What a user's proof comes to, used up; undefined for a wrong one. In the transaction that `ctx` is, which has to
 * commit for the proof to be used up.
 */
export async function takeFactor(
  ctx: Context,
  userId: string,
  proof: FactorProof,
): Promise<FactorProven | undefined> {
  if ('passkey' in proof) {
    const used = await takePasskey(ctx, proof.passkey, { challenge: proof.challenge, userId })
    return used && provenBy(used)
  }
  if ('totp' in proof) {
    const factor = await takeTotp(ctx, await factorsOf(ctx.db, userId), proof.totp)
    return factor && { kind: 'totp', ...oneTimeCode }
  }
  if (!(await useRecoveryCode(ctx, userId, proof.recoveryCode))) return undefined
  await record(ctx, { actor: { kind: 'user', id: userId }, action: 'recovery_code.used', target: userId })
  return { kind: 'recovery_code', ...oneTimeCode }
}
