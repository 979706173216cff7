import { DomainError } from '../../platform/errors.ts'
import type { FactorChoice } from './schema.ts'

export class FactorNotFound extends DomainError {
  readonly code = 'factor_not_found'
  readonly title = 'Factor not found'

  constructor() {
    super({ detail: 'Factor not found.' })
  }
}

/** A user has as many factors as are kept. */
export class TooManyFactors extends DomainError {
  readonly code = 'too_many_factors'
  readonly title = 'Too many factors'

  constructor(most: number) {
    super({ detail: `An account has at most ${most} factors; remove one first.` })
  }
}

/** Without this passkey nobody could sign in to the account. */
export class LastWayIn extends DomainError {
  readonly code = 'last_way_in'
  readonly title = 'Last way in'

  constructor() {
    super({ detail: 'Without this passkey you could not sign in any more. Set a password first.' })
  }
}

/** A code, or a passkey's answer, is wrong, used or too old; the answer does not say which. */
export class WrongFactor extends DomainError {
  readonly code = 'wrong_factor'
  readonly title = 'Wrong code'

  constructor() {
    super({ detail: 'The code is wrong, was used before, or is too old. Try the next one.' })
  }
}

/** The session has proven less, or longer ago, than this needs (RFC 9470). One of `factors` is for `POST /auth/step-up`. */
export class StepUpRequired extends DomainError {
  readonly code = 'step_up_required'
  readonly title = 'Step-up required'
  readonly acr: string

  constructor(acr: string, factors: readonly (FactorChoice | 'password')[]) {
    super({ detail: 'Confirm who you are with one of the factors first.', members: { factors } })
    this.acr = acr
  }
}
