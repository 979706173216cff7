import type { Context } from '../../context.ts'
import type { SignInRequirement } from '../../sign-in-step.ts'

/** Nobody gets a session with a password that somebody else chose for them: they replace it first. */
export const passwordChange: SignInRequirement<Context> = {
  kind: 'password_change_required',
  async missing(_, { mustChangePassword, pause }) {
    return mustChangePassword ? { kind: 'password_change_required', challenge: await pause() } : undefined
  },
}
