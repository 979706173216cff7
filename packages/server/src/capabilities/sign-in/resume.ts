import type { Context } from '../../context.ts'
import type { NextStepKind } from '../../sign-in-step.ts'
import { type HeldAccount, holdForSignIn } from '../accounts/index.ts'
import {
  type Found,
  InvalidChallenge,
  peekChallenge,
  useChallenge,
  wrongAnswer,
} from '../challenges/index.ts'
import type { Transport } from '../sessions/index.ts'
import { finishSignIn, requireEnabled, type SignInOutcome, type SigningInAccount } from './complete.ts'
import type { Proven } from './evidence.ts'
import type { PausedSignIn } from './pause.ts'
import type { Client } from './trail.ts'

/** How a client goes on with a sign-in that lacks a step. */
export interface Resuming {
  readonly challenge: string
  readonly client: Client
  /** Throws where the refresh token must not travel as the sign-in asked. */
  permit(transport: Transport): void
}

/** What the step leaves: the account as it is now, and all that is proven by then. */
export interface StepDone {
  readonly account: SigningInAccount
  readonly proven: Proven
}

/**
 * Looks at a paused sign-in without using it up: before work that takes long. Everything is checked again by `resumeSignIn`.
 *
 * @throws InvalidChallenge (400), and what `permit` throws
 */
export async function lookAtPaused(
  ctx: Context,
  step: NextStepKind,
  { challenge, permit }: Resuming,
): Promise<{ userId: string }> {
  const found = await peekChallenge(ctx, 'sign-in', challenge)
  if (found?.payload.step !== step) throw new InvalidChallenge()
  permit(found.payload.transport)
  return { userId: found.subject }
}

/**
 * Goes on with a sign-in that lacked `step`: does what `work` does, and then opens the session or names the next step, in
 * one transaction that uses the challenge up. Of many who come with the same challenge one gets on.
 *
 * @param work returns what is proven by then, or `wrongAnswer`, which costs one of five tries
 * @param exhausted called, in the same transaction, when the last try was wrong
 * @throws InvalidChallenge (400), AccountDisabled (403), and what `permit` and `work` throw
 */
export async function resumeSignIn(
  ctx: Context,
  step: NextStepKind,
  { challenge, client, permit }: Resuming,
  work: (ctx: Context, held: HeldAccount, paused: PausedSignIn) => Promise<StepDone | typeof wrongAnswer>,
  { exhausted }: { exhausted?: (ctx: Context, userId: string) => Promise<void> } = {},
): Promise<SignInOutcome> {
  const goOn = async (ctx: Context, { subject, payload: paused }: Found<'sign-in'>) => {
    if (paused.step !== step) throw new InvalidChallenge()
    permit(paused.transport)
    const held = await holdForSignIn(ctx, subject)
    // whoever replaced the password or the address meanwhile did not mean this sign-in to go on
    if (held === undefined || held.stamp !== paused.stamp) throw new InvalidChallenge()
    requireEnabled(ctx, held.user, { client })
    const done = await work(ctx, held, paused)
    if (done === wrongAnswer) return wrongAnswer
    const { way, audience, transport, device } = paused
    return finishSignIn(ctx, done.account, done.proven, { way, audience, transport, client, device })
  }
  return useChallenge(ctx, 'sign-in', { token: challenge }, goOn, {
    exhausted: async (ctx, { subject }) => exhausted?.(ctx, subject),
  })
}
