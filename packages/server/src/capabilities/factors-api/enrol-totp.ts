import type { Actor, Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { InvalidInput } from '../../platform/errors.ts'
import { record } from '../audit/index.ts'
import {
  confirmFactor,
  deleteUnconfirmed,
  FactorNotFound,
  type FactorProven,
  findFactor,
  insertFactor,
  makeRecoveryCodes,
  newSecret,
  recoveryCodesOf,
  setupOf,
  stepOf,
  TooManyFactors,
  type TotpSetup,
} from '../factors/index.ts'
import { appNameOf } from '../mail/index.ts'
import { type Session, stepUpSession } from '../sessions/index.ts'
import { openOwnFactors } from './access.ts'
import { mostFactors } from './limits.ts'

/** An authenticator app that is not confirmed yet. */
export interface BegunTotp extends TotpSetup {
  readonly id: string
}

/**
 * Begins to enrol an authenticator app for the actor: makes the secret, which is shown this once. It counts once
 * `confirmTotp` has seen a code of it; beginning again forgets it.
 *
 * @throws TooManyFactors (409), and what `openOwnFactors` throws
 */
export async function beginTotp(
  ctx: Context,
  actor: Actor,
  userId: string,
  { name }: { readonly name: string | undefined },
): Promise<BegunTotp> {
  return inTransaction(ctx, async (ctx) => {
    const { user, factors } = await openOwnFactors(ctx, actor, userId)
    if (factors.length >= mostFactors) throw new TooManyFactors(mostFactors)
    await deleteUnconfirmed(ctx.db, userId)
    const id = newId(ctx.clock)
    const factor = {
      id,
      user_id: userId,
      kind: 'totp',
      name: name ?? 'Authenticator app',
      created_at: ctx.clock.now(),
      confirmed_at: null,
      secret_sealed: newSecret(ctx, id),
    } as const
    await insertFactor(ctx.db, factor)
    return { id, ...(await setupOf(ctx, factor, { issuer: appNameOf(ctx.config), label: user.username })) }
  })
}

/**
 * Confirms an authenticator app by one of its codes: from now on the account is signed in to with it. The session has
 * proven it, too. Whoever has no recovery codes gets some, shown this once.
 *
 * @throws FactorNotFound (404), InvalidInput (422) naming `totp`, and what `openOwnFactors` throws
 */
export async function confirmTotp(
  ctx: Context,
  actor: Actor,
  userId: string,
  { id, totp }: { readonly id: string; readonly totp: string },
): Promise<{ recoveryCodes: string[] | undefined }> {
  return inTransaction(ctx, async (ctx) => {
    const { session } = await openOwnFactors(ctx, actor, userId)
    const factor = await findFactor(ctx.db, userId, id)
    if (factor === undefined || factor.kind !== 'totp' || factor.confirmed_at !== null)
      throw new FactorNotFound()
    const step = await stepOf(ctx, factor, totp)
    if (step === undefined) throw wrongCode('totp')
    await confirmFactor(ctx.db, id, { now: ctx.clock.now(), step })
    await record(ctx, { actor, action: 'factor.added', target: userId, detail: { factor: id, kind: 'totp' } })
    return { recoveryCodes: await afterEnrolling(ctx, session, { acr: 'mfa', amr: ['otp', 'mfa'] }) }
  })
}

/** What follows a new factor: its session has proven it, and its user needs a way in without it. */
export async function afterEnrolling(
  ctx: Context,
  { id, userId, acr, amr }: Session,
  proven: Pick<FactorProven, 'acr' | 'amr'>,
): Promise<string[] | undefined> {
  const all = [...new Set([...amr, ...proven.amr])]
  if (acr === 'pwd') await stepUpSession(ctx, id, { acr: proven.acr, amr: all })
  const { left } = await recoveryCodesOf(ctx.db, userId)
  return left > 0 ? undefined : makeRecoveryCodes(ctx, userId)
}

export const wrongCode = (field: string): InvalidInput =>
  new InvalidInput([
    { field, code: 'wrong_factor', detail: 'The code is wrong, was used before, or is too old.' },
  ])
