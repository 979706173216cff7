import { DomainError } from '../../platform/errors.ts'

export class InvitationNotFound extends DomainError {
  readonly code = 'invitation_not_found'
  readonly title = 'Invitation not found'

  constructor() {
    super({ detail: 'There is no such invitation, or it was accepted, revoked, or has expired.' })
  }
}

/** Whoever invited may not give these roles any more, or one of them is gone. */
export class InvitationVoid extends DomainError {
  readonly code = 'invitation_void'
  readonly title = 'Invitation no longer valid'

  constructor() {
    super({ detail: 'This invitation is no longer valid. Ask for a new one.' })
  }
}
