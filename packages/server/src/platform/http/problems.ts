import { Problem } from '../errors.ts'

/** The body is not well-formed JSON or not UTF-8. */
export class MalformedBody extends Problem {
  readonly code = 'malformed_body'
  readonly status = 400
  readonly title = 'Bad request'
}

/** The request's path or headers are malformed. */
export class MalformedRequest extends Problem {
  readonly code = 'malformed_request'
  readonly status = 400
  readonly title = 'Bad request'
}

export class HeadersTooLarge extends Problem {
  readonly code = 'headers_too_large'
  readonly status = 431
  readonly title = 'Request header fields too large'

  constructor(limit: number) {
    super({ detail: `The headers must not exceed ${limit / 1024} KiB.` })
  }
}

/** The request did not arrive in time. */
export class RequestTimeout extends Problem {
  readonly code = 'request_timeout'
  readonly status = 408
  readonly title = 'Request timeout'

  constructor() {
    super({ detail: 'The request took too long to arrive.' })
  }
}

export class UnsupportedMediaType extends Problem {
  readonly code = 'unsupported_media_type'
  readonly status = 415
  readonly title = 'Unsupported media type'

  constructor(what = 'JSON', type = 'application/json') {
    super({ detail: `Send ${what}, with Content-Type: ${type}.` })
  }
}

export class BodyTooLarge extends Problem {
  readonly code = 'body_too_large'
  readonly status = 413
  readonly title = 'Content too large'

  constructor(limit: number) {
    super({ detail: `The body must not exceed ${limit / 1024} KiB.` })
  }
}

export class RouteNotFound extends Problem {
  readonly code = 'route_not_found'
  readonly status = 404
  readonly title = 'Not found'

  constructor() {
    super({ detail: 'No route has this path; see /openapi.json.' })
  }
}

export class MethodNotAllowed extends Problem {
  readonly code = 'method_not_allowed'
  readonly status = 405
  readonly title = 'Method not allowed'

  constructor(allowed: readonly string[]) {
    super({ detail: `This route supports ${allowed.join(', ')}.`, headers: { Allow: allowed.join(', ') } })
  }
}
