import type { Context } from '../../context.ts'
import type { NextStepKind } from '../../sign-in-step.ts'
import { holdForSignIn } from '../accounts/index.ts'
import { createChallenge } from '../challenges/index.ts'
import type { Recognised } from '../devices/index.ts'
import type { Transport } from '../sessions/index.ts'
import { WrongCredentials } from './errors.ts'
import type { Proven, SignInRequest } from './evidence.ts'
import type { Way } from './trail.ts'

/** A sign-in that lacks a step: what was asked for and proven so far. */
export interface PausedSignIn extends Proven {
  /** The step that it waits for; its challenge is good for no other. */
  readonly step: NextStepKind
  readonly way: Way
  readonly audience: readonly string[]
  readonly transport: Transport
  readonly device?: Recognised['device']
  /** The account as it was: a change of its password or address ends the sign-in. */
  readonly stamp: string
}

declare module '../challenges/purposes.ts' {
  interface ChallengePayloads {
    'sign-in': PausedSignIn
  }
}

/** How long the missing step may take, in milliseconds. */
const pauseLifetime = 10 * 60_000

/** Keeps a sign-in until its next step is done; returns the challenge that only its client has. */
export async function pauseSignIn(
  ctx: Context,
  step: NextStepKind,
  userId: string,
  { method, acr, amr, authTime }: Proven,
  { way, audience, transport = 'body', device }: SignInRequest,
): Promise<string> {
  const held = await holdForSignIn(ctx, userId)
  if (held === undefined) throw new WrongCredentials()
  const payload = { step, way, audience, transport, device, method, acr, amr, authTime, stamp: held.stamp }
  const lifetimeMs = pauseLifetime
  return (await createChallenge(ctx, { purpose: 'sign-in', subject: userId, payload, lifetimeMs })).token
}
