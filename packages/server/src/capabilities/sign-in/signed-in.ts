import type { Context } from '../../context.ts'
import type { DomainError } from '../../platform/errors.ts'
import type { NextStep } from '../../sign-in-step.ts'
import type { User } from '../accounts/index.ts'
import { type TokenAnswer, tokenAnswer } from '../sessions-api/index.ts'
import type { SignInOutcome } from './complete.ts'
import { EmailUnverified, FactorRequired, PasswordChangeRequired } from './errors.ts'

/** A sign-in that is complete, with its tokens. */
export interface SignedIn {
  user: User
  answer: TokenAnswer
  /** What the device shows at its next sign-in, to be told from strangers. */
  deviceToken: string
  /** What the code belongs to that was sent to the address of a new account. */
  emailChallenge?: string | undefined
}

/**
 * The tokens of a sign-in that is complete. Belongs after the transaction: a step that is missing is thrown, and its
 * challenge has to stay.
 *
 * @throws FactorRequired, PasswordChangeRequired, EmailUnverified (401, with `challenge`)
 */
export async function withTokens(ctx: Context, outcome: SignInOutcome): Promise<SignedIn> {
  if (outcome.kind !== 'session') throw problemOf(outcome)
  const { user, opened, deviceToken } = outcome
  return { user, answer: await tokenAnswer(ctx, opened), deviceToken }
}

function problemOf(step: NextStep): DomainError {
  switch (step.kind) {
    case 'factor_required':
      return new FactorRequired(step)
    case 'password_change_required':
      return new PasswordChangeRequired(step.challenge)
    case 'email_unverified':
      return new EmailUnverified(step.challenge, step.emailChallenge)
  }
}
