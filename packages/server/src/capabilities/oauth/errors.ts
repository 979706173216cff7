import { DomainError } from '../../platform/errors.ts'

/** Only a known API, by its secret, may introspect tokens (RFC 7662, section 2.1). */
export class ClientNotKnown extends DomainError {
  readonly code = 'invalid_client'
  readonly title = 'Unknown client'

  constructor() {
    super({
      detail: 'Send the name and secret of an API by HTTP Basic authentication.',
    })
  }
}

/** A request of RFC 7662 or RFC 7009 without exactly one `token`. */
export class TokenParameterMissing extends DomainError {
  readonly code = 'invalid_token_request'
  readonly title = 'Missing token'

  constructor() {
    super({ detail: 'Send exactly one `token`, as application/x-www-form-urlencoded.' })
  }
}
