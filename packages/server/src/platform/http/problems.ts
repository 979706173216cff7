import { DomainError } from '../errors.ts'

/** The body is not well-formed JSON or not UTF-8. */
export class MalformedBody extends DomainError {
  readonly code = 'malformed_body'
  readonly title = 'Bad request'
}

/** The request's path or headers are malformed. */
export class MalformedRequest extends DomainError {
  readonly code = 'malformed_request'
  readonly title = 'Bad request'
}

export class HeadersTooLarge extends DomainError {
  readonly code = 'headers_too_large'
  readonly title = 'Request header fields too large'

  constructor(limit: number) {
    super({ detail: `The headers must not exceed ${limit / 1024} KiB.` })
  }
}

/** The request did not arrive in time. */
export class RequestTimeout extends DomainError {
  readonly code = 'request_timeout'
  readonly title = 'Request timeout'

  constructor() {
    super({ detail: 'The request took too long to arrive.' })
  }
}

export class UnsupportedMediaType extends DomainError {
  readonly code = 'unsupported_media_type'
  readonly title = 'Unsupported media type'

  constructor(what = 'JSON', type = 'application/json') {
    super({ detail: `Send ${what}, with Content-Type: ${type}.` })
  }
}

export class BodyTooLarge extends DomainError {
  readonly code = 'body_too_large'
  readonly title = 'Content too large'

  constructor(limit: number) {
    super({ detail: `The body must not exceed ${limit / 1024} KiB.` })
  }
}

export class RouteNotFound extends DomainError {
  readonly code = 'route_not_found'
  readonly title = 'Not found'

  constructor() {
    super({ detail: 'No route has this path; see /openapi.json.' })
  }
}

export class MethodNotAllowed extends DomainError {
  readonly code = 'method_not_allowed'
  readonly title = 'Method not allowed'

  readonly allowed: readonly string[]

  constructor(allowed: readonly string[]) {
    super({ detail: `This route supports ${allowed.join(', ')}.` })
    this.allowed = allowed
  }
}
