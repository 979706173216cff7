import type { Context } from '../../context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import type { ChallengeRow } from './store.ts'

/**
 * How many wrong codes a subject may get within a day, over all of its challenges: one guess in a million is right, so
 * guessing takes a century. The owner still has the links.
 */
const wrongCodes = { attempts: 20, seconds: 86_400 }

/**
 * Counts a guess before it is made, so that many at once cannot slip through.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After)
 */
export async function countGuess(
  ctx: Context,
  { purpose, subject }: ChallengeRow,
): Promise<{ giveBack(): Promise<void> }> {
  const throttle = ctx.throttles.limiter('challenge-code', wrongCodes)
  const key = ctx.sealer.digest(`${purpose}\n${subject}`, 'throttling')
  const wait = await throttle.take(key)
  if (wait > 0) throw new TooManyAttempts(wait)
  return { giveBack: () => throttle.giveBack(key) }
}
