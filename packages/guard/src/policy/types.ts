import type { TokenErrorCode, UnavailableErrorCode } from '../errors.ts'
import type { Claims, MaybePromise } from '../verify/types.ts'

/** The signed-in user as handlers see it: `req.user`. */
export interface Caller {
  /** The token's `sub`. */
  readonly id: string
  /** The token's `username` (or what a preset names); the id where the token has none. */
  readonly username: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/** What a token says of its bearer. */
export interface Identity {
  readonly user: Caller
  readonly claims: Claims
  /** The session identifier (`sid`), if the token has one. */
  readonly session: string | undefined
}

/** Everything known about the caller and why they passed: `req.auth`. */
export interface Auth extends Identity {
  readonly decision: Allowed
}

/** What a rule may look at; each adapter makes one for a request. `Native` is the framework's own request. */
export interface RequestFacts<Native = unknown> {
  readonly method: string
  /** The value of each `Authorization` field line as it came; a web `Headers` joins repeated ones with a comma. */
  readonly authorization: readonly string[]
  /** The value of another header, in whatever case it is asked for. */
  header(name: string): string | undefined
  /** A decoded route parameter; undefined when the matched route has none of that name. */
  param(name: string): unknown
  /** The framework's own request, handed to `check` and to loaders. */
  readonly native: Native
}

export type OwnerLoader<Native = unknown> = (
  id: string,
  request: Native,
) => MaybePromise<string | number | bigint | null | undefined>

export type CheckTest<Native = unknown> = (auth: Identity, request: Native) => MaybePromise<boolean>

/**
 * A rule is data: it can be printed, compared and listed in the manifest. The type parameters are the names that it
 * may use, so that a guard which knows the application's own refuses others at compile time.
 */
export type Rule<Role extends string = string, Permission extends string = string> =
  | { readonly kind: 'signedIn' }
  | OwnRule
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'permission'; readonly permission: Permission }
  | AllRule<Role, Permission>
  | StepUpRule
  | CheckRule

export interface OwnRule {
  readonly kind: 'own'
  readonly param: string
  readonly load?: OwnerLoader<never>
}

export interface AllRule<Role extends string = string, Permission extends string = string> {
  readonly kind: 'all'
  readonly rules: readonly Rule<Role, Permission>[]
}

export interface StepUpRule {
  readonly kind: 'stepUp'
  readonly acr?: string
  /** Seconds. */
  readonly maxAge?: number
}

export interface CheckRule {
  readonly kind: 'check'
  readonly name: string
  readonly test: CheckTest<never>
}

/** What a route declared. A route without one keeps the application from starting (`guard.seal`). */
export type Declaration =
  | { readonly kind: 'guarded'; readonly rules: readonly Rule[]; readonly onStale?: 'allow' | 'deny' }
  | {
      readonly kind: 'shared'
      readonly rules: readonly Rule[]
      readonly reason: string
      readonly onStale?: 'allow' | 'deny'
    }
  | { readonly kind: 'optional'; readonly reason: string; readonly onStale?: 'allow' | 'deny' }
  | { readonly kind: 'open'; readonly reason: string }

/** What a guard concluded about one request, and why. */
export type Decision = Allowed | Refused

export interface Allowed {
  readonly allowed: true
  /** The rule that let the caller in, printed; undefined on open routes and for strangers on optional ones. */
  readonly rule: string | undefined
}

export interface Refused {
  readonly allowed: false
  /** 204 answers a CORS preflight in the route's place: no rule was tried. */
  readonly status: 204 | 400 | 401 | 403 | 503
  /** The error code of RFC 6750 and RFC 9470; undefined where no token came. */
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
  /** Permissions that would have let the caller in (the challenge's `scope`). */
  readonly scope?: string
  readonly acrValues?: string
  /** Seconds since the sign-in that would be accepted. */
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
