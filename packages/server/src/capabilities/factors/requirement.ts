import type { Context } from '../../context.ts'
import type { SignInRequirement } from '../../sign-in-step.ts'

/** An account with a factor, or with a role that requires one, is signed in to with more than a password. */
export const factorRequirement: SignInRequirement<Context> = {
  kind: 'factor_required',
  async missing(ctx, { user, factors, evidence, pause }) {
    if (evidence.acr !== 'pwd' || factors.length === 0) return undefined
    const { choicesOf } = await import('./choices.ts')
    return {
      kind: 'factor_required',
      challenge: await pause(),
      factors: await choicesOf(ctx, user.id, factors),
    }
  },
}
