import type { Context } from '../../context.ts'
import { record } from '../audit/index.ts'
import { useRecoveryCode } from './recovery-codes.ts'
import type { FactorChoice } from './schema.ts'
import { factorsOf } from './store.ts'
import { takeTotp } from './totp.ts'

/** What a user sends as the second step: a code of an authenticator app, or one of their recovery codes. */
export type FactorProof = { readonly totp: string } | { readonly recoveryCode: string }

/** What a factor adds to what was proven before: `acr` (RFC 9470) and `amr` (RFC 8176). */
export interface FactorProven {
  readonly kind: FactorChoice
  readonly acr: 'mfa' | 'phr'
  readonly amr: readonly ('otp' | 'mfa')[]
}

const oneTimeCode = { acr: 'mfa', amr: ['otp', 'mfa'] } as const

/**
 * What a user's proof comes to, used up; undefined for a wrong one. In the transaction that `ctx` is, which has to
 * commit for the proof to be used up.
 */
export async function takeFactor(
  ctx: Context,
  userId: string,
  proof: FactorProof,
): Promise<FactorProven | undefined> {
  if ('totp' in proof) {
    const factor = await takeTotp(ctx, await factorsOf(ctx.db, userId), proof.totp)
    return factor && { kind: 'totp', ...oneTimeCode }
  }
  if (!(await useRecoveryCode(ctx, userId, proof.recoveryCode))) return undefined
  await record(ctx, { actor: { kind: 'user', id: userId }, action: 'recovery_code.used', target: userId })
  return { kind: 'recovery_code', ...oneTimeCode }
}
