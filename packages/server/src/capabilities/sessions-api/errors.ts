import { DomainError, InvalidInput } from '../../platform/errors.ts'

/** A refresh cookie may be used only by pages of this server's origin or of a listed one. */
export class OriginNotAllowed extends DomainError {
  readonly code = 'origin_not_allowed'
  readonly title = 'Origin not allowed'

  constructor() {
    super({ detail: 'Refresh cookies are accepted only from pages of this server or of an allowed origin.' })
  }
}

/** A refresh token in the body and another in the cookie. */
export class AmbiguousRefreshToken extends DomainError {
  readonly code = 'invalid_request'
  readonly title = 'Two refresh tokens'

  constructor() {
    super({ detail: 'Send the refresh token in the body or in the cookie, not in both.' })
  }
}

/** No refresh token, neither in the body nor in the cookie. */
export class RefreshTokenMissing extends InvalidInput {
  constructor() {
    super([{ field: 'refresh_token', code: 'required', detail: 'A refresh token is required.' }])
  }
}
