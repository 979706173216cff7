import { DomainError } from '../../platform/errors.ts'

/** What was asked for is more than this account can prove: it has no such factor (OpenID Connect Core, section 3.1.2.6). */
export class UnmetRequirements extends DomainError {
  readonly code = 'unmet_authentication_requirements'
  readonly title = 'Cannot be proven'

  constructor() {
    super({ detail: 'This account has no factor that proves this. Enrol one, or sign in again.' })
  }
}
