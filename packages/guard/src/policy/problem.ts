/** The body of a refusal (RFC 9457). */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** One short sentence. */
  readonly err: string
  /** The refusal's stable reason. */
  readonly code: string
}
