import { DomainError } from '../../../platform/errors.ts'

/** Another account has verified this address. Only whoever reads its mail gets this answer. */
export class EmailTaken extends DomainError {
  readonly code = 'email_taken'
  readonly title = 'E-mail address taken'

  constructor() {
    super({
      detail: 'Another account has this e-mail address. Sign in to that account, or reset its password.',
    })
  }
}

/** The account has no address, or it is verified already. */
export class NothingToVerify extends DomainError {
  readonly code = 'nothing_to_verify'
  readonly title = 'Nothing to verify'

  constructor() {
    super({ detail: 'This account has no e-mail address that is still to be verified.' })
  }
}
