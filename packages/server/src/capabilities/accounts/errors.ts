import { DomainError } from '../../platform/errors.ts'

export class UserNotFound extends DomainError {
  readonly code = 'user_not_found'
  readonly title = 'User not found'

  constructor() {
    super({ detail: 'User not found' })
  }
}

export class UsernameTaken extends DomainError {
  readonly code = 'username_taken'
  readonly title = 'Username taken'

  constructor() {
    const detail = 'This username, or one that looks the same, is taken.'
    super({ detail, errors: [{ field: 'username', code: 'taken', detail }] })
  }
}

export class LastAdministrator extends DomainError {
  readonly code = 'last_administrator'
  readonly title = 'Last administrator'

  constructor() {
    super({ detail: 'This is the last administrator; make another user an administrator first.' })
  }
}

/** The token's sign-in is too old for this request (RFC 9470). */
export class RecentSignInRequired extends DomainError {
  readonly code = 'recent_sign_in_required'
  readonly title = 'Recent sign-in required'

  /** The accepted age of a sign-in, in seconds. */
  readonly maxAge: number

  constructor(maxAge: number) {
    super({ detail: 'Sign in again to do this.' })
    this.maxAge = maxAge
  }
}

/** The account is to be deleted, so it cannot be enabled; cancel the deletion instead. */
export class DeletionScheduled extends DomainError {
  readonly code = 'deletion_scheduled'
  readonly title = 'Deletion scheduled'

  constructor() {
    super({ detail: 'This account is to be deleted. Cancel the deletion to enable it.' })
  }
}
