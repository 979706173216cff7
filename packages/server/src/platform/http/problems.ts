import type { FieldError } from '../errors.ts'
import { Problem, type ProblemOptions } from '../errors.ts'

/** Some fields of the request are not acceptable; `errors` has an entry for each. */
export class InvalidInput extends Problem {
  readonly code = 'invalid_input'
  readonly status = 422
  readonly title = 'Unprocessable content'

  constructor(errors: readonly FieldError[], options: Pick<ProblemOptions, 'cause'> = {}) {
    super({ detail: summarize(errors), errors, ...options })
  }
}

/** The body is not JSON, or not well-formed. */
export class MalformedBody extends Problem {
  readonly code = 'malformed_body'
  readonly status = 400
  readonly title = 'Bad request'
}

/** The request cannot be read at all (its path, its headers). */
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
    super({ detail: `The headers may have ${limit / 1024} KiB at most.` })
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
    super({ detail: `The body may have ${limit / 1024} KiB at most.` })
  }
}

export class RouteNotFound extends Problem {
  readonly code = 'route_not_found'
  readonly status = 404
  readonly title = 'Not found'

  constructor() {
    super({ detail: 'There is no such route; see /openapi.json.' })
  }
}

export class MethodNotAllowed extends Problem {
  readonly code = 'method_not_allowed'
  readonly status = 405
  readonly title = 'Method not allowed'

  constructor(allowed: readonly string[]) {
    super({ detail: `This route takes ${allowed.join(', ')}.`, headers: { Allow: allowed.join(', ') } })
  }
}

/** Too many attempts. `waitMs` until the next may be made. */
export class TooManyAttempts extends Problem {
  readonly code = 'too_many_attempts'
  readonly status = 429
  readonly title = 'Too many requests'

  constructor(waitMs: number) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000))
    super({
      detail: `Too many attempts. Try again in ${seconds} s.`,
      headers: { 'Retry-After': String(seconds) },
    })
  }
}

/** The server cannot serve right now: it is stopping, or a part that it needs is missing. */
export class Unavailable extends Problem {
  readonly code = 'unavailable'
  readonly status = 503
  readonly title = 'Service unavailable'

  constructor(detail: string, retryAfter = 1) {
    super({ detail, headers: { 'Retry-After': String(retryAfter) } })
  }
}

function summarize(errors: readonly FieldError[]): string {
  const [first, ...others] = errors
  if (first === undefined) return 'The input is not acceptable.'
  return others.length === 0 ? first.detail : `${first.detail} (and ${others.length} more)`
}
