/** One field that is not acceptable, as it appears in a problem document's `errors`. */
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
 * title; `detail` is one sentence that says what to do. Anything that is not a Problem is answered as a plain 500
 * whose text says nothing, by construction.
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
