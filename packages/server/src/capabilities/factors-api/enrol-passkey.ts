import type { Actor, Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { isUniqueViolation } from '../../platform/db/errors.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import { createChallenge, InvalidChallenge, useChallenge } from '../challenges/index.ts'
import {
  challengeIn,
  creationOptions,
  type FactorRow,
  findFactor,
  insertFactor,
  provenBy,
  type RegistrationResponseJSON,
  readPasskey,
  TooManyFactors,
} from '../factors/index.ts'
import { openOwnFactors } from './access.ts'
import { afterEnrolling, wrongCode } from './enrol-totp.ts'
import { mostFactors } from './limits.ts'

declare module '../challenges/purposes.ts' {
  interface ChallengePayloads {
    /** A passkey that is about to be made; the challenge's token is what it signs. */
    'passkey-enrolment': Record<string, never>
  }
}

/** How long making a passkey may take, in milliseconds. */
const lifetimeMs = 10 * 60_000

/**
 * What the actor's browser needs to make a passkey.
 *
 * @throws TooManyFactors (409), and what `openOwnFactors` throws
 */
export async function beginPasskey(ctx: Context, actor: Actor, userId: string) {
  return inTransaction(ctx, async (ctx) => {
    const { user, factors } = await openOwnFactors(ctx, actor, userId)
    if (factors.length >= mostFactors) throw new TooManyFactors(mostFactors)
    const purpose = 'passkey-enrolment'
    const { token } = await createChallenge(ctx, { purpose, subject: userId, payload: {}, lifetimeMs })
    return creationOptions(ctx, user, factors, token)
  })
}

/** A passkey that was enrolled. */
export interface EnrolledPasskey {
  readonly factor: FactorRow
  /** New ones, for a user who had none. */
  readonly recoveryCodes: string[] | undefined
}

/**
 * Enrols the passkey that the actor's browser made; from now on the account is signed in to with a factor. The session has
 * proven it, too.
 *
 * @throws InvalidChallenge (400) for options that were used or are too old, InvalidInput (422) naming `credential`, and
 *   what `openOwnFactors` throws
 */
export async function enrolPasskey(
  ctx: Context,
  actor: Actor,
  userId: string,
  { name, credential }: { readonly name: string | undefined; readonly credential: RegistrationResponseJSON },
): Promise<EnrolledPasskey> {
  const challenge = challengeIn(credential)
  if (challenge === undefined) throw wrongPasskey()
  return useChallenge(ctx, 'passkey-enrolment', { token: challenge }, async (ctx, { subject }) => {
    if (subject !== userId) throw new InvalidChallenge()
    const { session, factors } = await openOwnFactors(ctx, actor, userId)
    if (factors.length >= mostFactors) throw new TooManyFactors(mostFactors)
    const passkey = await readPasskey(ctx, credential, challenge)
    if (passkey === undefined) throw wrongPasskey()
    const [id, now] = [newId(ctx.clock), ctx.clock.now()]
    await insertFactor(ctx.db, {
      id,
      user_id: userId,
      kind: 'passkey',
      name: name ?? 'Passkey',
      created_at: now,
      confirmed_at: now,
      last_used_at: now,
      ...passkey.columns,
    }).catch((error: unknown) => {
      throw isUniqueViolation(error, 'credential_id') ? wrongPasskey() : error
    })
    await record(ctx, {
      actor,
      action: 'factor.added',
      target: userId,
      detail: { factor: id, kind: 'passkey' },
    })
    const recoveryCodes = await afterEnrolling(ctx, session, provenBy(passkey))
    const factor = await findFactor(ctx.db, userId, id)
    if (factor === undefined) throw new Error('a factor that was added is there')
    return { factor, recoveryCodes }
  })
}

export const wrongPasskey = () => wrongCode('credential')
