import type { TokenErrorCode, UnavailableErrorCode } from '../errors.ts'
import type { Claims } from '../verify/types.ts'

/** The signed-in user as handlers see it: `req.user`. */
export interface Caller {
  /** The token's `sub`. */
  readonly id: string
  /** The token's `username` (or what a preset names); the id where the token has none. */
  readonly username: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/** What a token says about its bearer. */
export interface Identity {
  readonly user: Caller
  readonly claims: Claims
  /** The session identifier (`sid`), if the token has one. */
  readonly session: string | undefined
}

/** Everything known about the caller and why they were allowed: `req.auth`. */
export interface Auth extends Identity {
  readonly decision: Allowed
}

/** What a rule may look at; each adapter makes one for a request. `Native` is the framework's own request. */
export interface RequestFacts<Native = unknown> {
  readonly method: string
  /** The value of each `Authorization` field line as it came; a web `Headers` joins repeated ones with a comma. */
  readonly authorization: readonly string[]
  /** The value of another header; the name is case-insensitive. */
  header(name: string): string | undefined
  /** A decoded route parameter; undefined when the matched route has none of that name. */
  param(name: string): unknown
  /** The framework's own request, handed to `check` and to loaders. */
  readonly native: Native
}

/** A guard's decision about one request, and the reason. */
export type Decision = Allowed | Refused

export interface Allowed {
  readonly allowed: true
  /** The rule that the caller met, printed; undefined on open routes and for strangers on optional ones. */
  readonly rule: string | undefined
}

export interface Refused {
  readonly allowed: false
  /** 204 answers a CORS preflight instead of the route: no rule was tried. */
  readonly status: 204 | 400 | 401 | 403 | 503
  /** The error code of RFC 6750 and RFC 9470; undefined without a token. */
  readonly error:
    | 'invalid_request'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication'
    | 'temporarily_unavailable'
    | undefined
  /** The finer reason, for logs and metrics: a stable code, never a part of the token. */
  readonly reason: RefusalReason
  /** One short sentence for the caller: the body's `err` and `detail`. */
  readonly detail: string
  /** Permissions that would have sufficed (the challenge's `scope`). */
  readonly scope?: string
  readonly acrValues?: string
  /** The maximum age of an accepted sign-in, in seconds. */
  readonly maxAge?: number
  /** Seconds, for a 503. */
  readonly retryAfter?: number
  /** The rules that were tried, printed. */
  readonly rules?: readonly string[]
}

export type RefusalReason =
  | TokenErrorCode
  | UnavailableErrorCode
  | 'preflight'
  | 'no_token'
  | 'malformed_header'
  | 'repeated_header'
  | 'rule_not_met'
  | 'step_up'

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
