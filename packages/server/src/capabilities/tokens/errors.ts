import { InvalidInput, Problem } from '../../platform/errors.ts'

/** The audience asked for is unknown, or not one that the session was opened for (RFC 8707, section 2). */
export class InvalidTarget extends Problem {
  readonly code = 'invalid_target'
  readonly status = 400
  readonly title = 'Unknown audience'
}

/** A refresh cookie may be used only by pages of this server's origin or of a listed one. */
export class OriginNotAllowed extends Problem {
  readonly code = 'origin_not_allowed'
  readonly status = 403
  readonly title = 'Origin not allowed'

  constructor() {
    super({ detail: 'A refresh cookie counts only for pages of this server or of a listed origin.' })
  }
}

/** There is to be exactly one refresh token, in the body or in the cookie. */
export class AmbiguousRefreshToken extends Problem {
  readonly code = 'invalid_request'
  readonly status = 400
  readonly title = 'Two refresh tokens'

  constructor() {
    super({ detail: 'Send the refresh token in the body or in the cookie, not in both.' })
  }
}

/** There is no refresh token, neither in the body nor in the cookie. */
export class RefreshTokenMissing extends InvalidInput {
  constructor() {
    super([{ field: 'refresh_token', code: 'required', detail: 'A refresh token is needed.' }])
  }
}

/** Whoever asks about tokens has to be an API that is known, and say its secret (RFC 7662, section 2.1). */
export class ClientNotKnown extends Problem {
  readonly code = 'invalid_client'
  readonly status = 401
  readonly title = 'Unknown client'

  constructor() {
    super({
      detail: 'Send the name and the secret of an API, by HTTP Basic authentication.',
      headers: { 'WWW-Authenticate': 'Basic realm="gatehouse"' },
    })
  }
}

/** A request of RFC 7662 or RFC 7009 without exactly one `token`. */
export class TokenParameterMissing extends Problem {
  readonly code = 'invalid_token_request'
  readonly status = 400
  readonly title = 'No token to speak of'

  constructor() {
    super({ detail: 'Send exactly one `token`, as application/x-www-form-urlencoded.' })
  }
}
