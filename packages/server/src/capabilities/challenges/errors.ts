import { DomainError } from '../../platform/errors.ts'

/** A link or code that is wrong, used, withdrawn, too old or for something else; the answer does not say which. */
export class InvalidChallenge extends DomainError {
  readonly code = 'invalid_challenge'
  readonly title = 'Invalid link or code'

  constructor() {
    super({ detail: 'This link or code is wrong, or no longer valid. Request a new one.' })
  }
}
