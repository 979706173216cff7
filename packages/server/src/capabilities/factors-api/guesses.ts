import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { noteFailure, type Origin } from '../audit/index.ts'
import type { FactorProof } from '../factors/index.ts'
import { tellTooManyCodes } from './notices.ts'

/** How many wrong codes of an authenticator app a user may send in an hour, over all challenges: one guess in 300,000 is right. */
const guesses = { attempts: 10, seconds: 3600 } as const

/** A code that is about to be checked. */
export interface Guess {
  /** Takes the count back: it was right, or never checked. */
  giveBack(): Promise<void>
  /** Writes a wrong one down. */
  wrong(): void
}

/**
 * Counts a code before it is checked, so that many at once cannot slip through. A recovery code has too many bits to be
 * guessed, so it is not counted, and its owner is not locked out by others' guesses.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export async function countGuess(
  ctx: Context,
  userId: string,
  proof: FactorProof,
  from: Origin | undefined = ctx.caller,
): Promise<Guess> {
  const origin = from === undefined ? {} : { from }
  const wrong = (): void => {
    noteFailure(ctx, { action: 'factor.failed', userId, reason: 'wrong_factor', ...origin })
    ctx.caller?.note({ event: 'factor.failed', userId, level: 'warn' })
  }
  if (!('totp' in proof)) return { giveBack: async () => undefined, wrong }
  const throttle = ctx.throttles.limiter('factor-guess', guesses)
  const wait = await throttle.take(userId)
  if (wait === 0) return { giveBack: () => throttle.giveBack(userId), wrong }
  noteFailure(ctx, { action: 'factor.throttled', userId, reason: 'too_many_attempts', ...origin })
  ctx.caller?.note({ event: 'factor.throttled', userId, level: 'warn' })
  await inTransaction(ctx, (ctx) => tellTooManyCodes(ctx, userId))
  throw new TooManyAttempts(wait)
}
