import { DomainError } from '../../platform/errors.ts'

/**
 * The refresh token is unknown, used, or its session is over (RFC 6749, section 5.2). The answer does not say which:
 * the remedy is the same, signing in.
 */
export class InvalidRefreshToken extends DomainError {
  readonly code = 'invalid_grant'
  readonly title = 'Sign in again'

  constructor() {
    super({ detail: 'This refresh token is no longer valid; sign in again.' })
  }
}

export class SessionNotFound extends DomainError {
  readonly code = 'session_not_found'
  readonly title = 'Session not found'

  constructor() {
    super({ detail: 'The user has no such session.' })
  }
}

/** The session ended while the request was being answered (RFC 6750, section 3.1). */
export class SessionEnded extends DomainError {
  readonly code = 'session_ended'
  readonly title = 'Signed out'

  constructor() {
    super({
      detail: 'This session has ended; sign in again.',
    })
  }
}
