/** An invalid field, as listed in a problem document's `errors`. */
export interface FieldError {
  field: string
  code: string
  detail: string
}

export interface ProblemOptions {
  detail?: string
  errors?: readonly FieldError[]
  /** Response headers that belong to the answer, e.g. `Retry-After`. */
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/**
 * The base of every error that a caller may see (RFC 9457). A subclass states its stable `code`, its status and its
 * title; `detail` is one sentence that says what to do. Any other error is answered as a plain 500 that reveals
 * nothing, by construction.
 */
export abstract class Problem extends Error {
  abstract readonly code: string
  abstract readonly status: number
  abstract readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(options: ProblemOptions = {}) {
    super(options.detail ?? '', options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.detail = options.detail
    this.errors = options.errors
    this.headers = options.headers ?? {}
  }
}

/** The request has invalid fields; `errors` has an entry for each. */
export class InvalidInput extends Problem {
  readonly code = 'invalid_input'
  readonly status = 422
  readonly title = 'Unprocessable content'

  constructor(errors: readonly FieldError[], options: Pick<ProblemOptions, 'cause'> = {}) {
    super({ detail: summarize(errors), errors, ...options })
  }
}

/** Too many attempts; the next is allowed in `waitMs` milliseconds. */
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

/** The server is stopping, or a part that it needs is unavailable. */
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
  if (first === undefined) return 'The input is invalid.'
  return others.length === 0 ? first.detail : `${first.detail} (and ${others.length} more)`
}
