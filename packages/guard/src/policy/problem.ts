/** The body of a refusal, and of the 500 of a failed handler (RFC 9457). */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** One short sentence. */
  readonly err: string
  /** The refusal's stable reason, or `internal_error`. */
  readonly code: string
}
