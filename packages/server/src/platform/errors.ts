import type { RateLimit } from './rate-limit.ts'

/** An invalid field, as listed in a problem document's `errors`. */
export interface FieldError {
  field: string
  code: string
  detail: string
}

export interface DomainErrorOptions {
  detail?: string
  errors?: readonly FieldError[]
  /** What it says for programs, beside the text: further members of the answer, such as a challenge. */
  members?: Readonly<Record<string, unknown>>
  /** Milliseconds after which it makes sense to try again. */
  retryAfterMs?: number
  cause?: unknown
}

/**
 * The base of every error that a caller may see. A subclass states its stable `code` and its title; `detail` is one
 * sentence that says what to do. Its status over HTTP stands in the table `errors` of its capability. Any other error is
 * answered as a plain 500 that reveals nothing, by construction.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string
  abstract readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly FieldError[] | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly retryAfterMs: number | undefined

  constructor(options: DomainErrorOptions = {}) {
    super(options.detail ?? '', options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.detail = options.detail
    this.errors = options.errors
    this.members = options.members ?? {}
    this.retryAfterMs = options.retryAfterMs
  }
}

/** The request has invalid fields; `errors` has an entry for each. */
export class InvalidInput extends DomainError {
  readonly code = 'invalid_input'
  readonly title = 'Unprocessable content'

  constructor(errors: readonly FieldError[], options: Pick<DomainErrorOptions, 'cause'> = {}) {
    super({ detail: summarize(errors), errors, ...options })
  }
}

/** Too many attempts; the next is allowed in `waitMs` milliseconds. `limit` is the one that they exceed, where one can be named. */
export class TooManyAttempts extends DomainError {
  readonly code = 'too_many_attempts'
  readonly title = 'Too many requests'

  readonly limit: RateLimit | undefined

  constructor(waitMs: number, limit?: RateLimit) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000))
    super({
      detail: `Too many attempts. Try again in ${seconds} s.`,
      retryAfterMs: seconds * 1000,
    })
    this.limit = limit
  }
}

/** The server is stopping, or a part that it needs is unavailable. */
export class Unavailable extends DomainError {
  readonly code = 'unavailable'
  readonly title = 'Service unavailable'

  constructor(detail: string, retryAfterMs = 1_000) {
    super({ detail, retryAfterMs })
  }
}

function summarize(errors: readonly FieldError[]): string {
  const [first, ...others] = errors
  if (first === undefined) return 'The input is invalid.'
  return others.length === 0 ? first.detail : `${first.detail} (and ${others.length} more)`
}
