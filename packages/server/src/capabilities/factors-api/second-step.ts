import type { Context } from '../../context.ts'
import { InvalidChallenge, wrongAnswer } from '../challenges/index.ts'
import { type FactorProof, takeFactor, WrongFactor } from '../factors/index.ts'
import {
  type Amr,
  lookAtPaused,
  originOf,
  type Resuming,
  resumeSignIn,
  type SignedIn,
  withTokens,
} from '../sign-in/index.ts'
import { countGuess } from './guesses.ts'
import { tellTooManyCodes } from './notices.ts'

const step = 'factor_required'

/**
 * Goes on with a sign-in that lacks a second factor. A wrong code costs one of five tries of the challenge, and one of ten
 * an hour of the user.
 *
 * @throws WrongFactor (401), InvalidChallenge (400), AccountDisabled (403), TooManyAttempts (429), and the step that the
 *   sign-in lacks then (401)
 */
export async function proveFactor(ctx: Context, proof: FactorProof, resuming: Resuming): Promise<SignedIn> {
  const { userId } = await lookAtPaused(ctx, step, resuming)
  const guess = await countGuess(ctx, userId, proof, originOf(resuming.client))
  let wrong = false
  try {
    const outcome = await resumeSignIn(
      ctx,
      step,
      resuming,
      async (ctx, held, { method, amr }) => {
        const factor = await takeFactor(ctx, userId, proof)
        wrong = factor === undefined
        if (factor === undefined) return wrongAnswer
        const proven: Amr[] = [...new Set([...amr, ...factor.amr])]
        return { account: held, proven: { method, acr: factor.acr, amr: proven } }
      },
      { exhausted: tellTooManyCodes },
    )
    return await withTokens(ctx, outcome)
  } catch (error) {
    if (!wrong || !(error instanceof InvalidChallenge)) throw error
    guess.wrong()
    throw new WrongFactor()
  } finally {
    if (!wrong) await guess.giveBack()
  }
}
