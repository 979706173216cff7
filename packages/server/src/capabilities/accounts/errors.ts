import { Problem } from '../../platform/errors.ts'

export class UserNotFound extends Problem {
  readonly code = 'user_not_found'
  readonly status = 404
  readonly title = 'User not found'

  constructor() {
    super({ detail: 'User not found' })
  }
}

export class UsernameTaken extends Problem {
  readonly code = 'username_taken'
  readonly status = 409
  readonly title = 'Username taken'

  constructor() {
    const detail = 'This username, or one that looks the same, is taken.'
    super({ detail, errors: [{ field: 'username', code: 'taken', detail }] })
  }
}

export class LastAdministrator extends Problem {
  readonly code = 'last_administrator'
  readonly status = 409
  readonly title = 'Last administrator'

  constructor() {
    super({ detail: 'This is the last administrator; make another user an administrator first.' })
  }
}

/** The token's sign-in is too old for this request (RFC 9470). */
export class RecentSignInRequired extends Problem {
  readonly code = 'recent_sign_in_required'
  readonly status = 401
  readonly title = 'Recent sign-in required'

  /** @param maxAge the accepted age of a sign-in, in seconds */
  constructor(maxAge: number) {
    const detail = 'Sign in again to do this.'
    const challenge = `Bearer error="insufficient_user_authentication", error_description="${detail}", max_age="${maxAge}"`
    super({ detail, headers: { 'www-authenticate': challenge } })
  }
}
