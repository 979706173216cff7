import { UnavailableError } from '../errors.ts'
import type { Authority, GuardOptions } from '../options.ts'
import type { MaybePromise } from '../verify/types.ts'
import type { KnownCaller } from './caller.ts'
import type { Allowed, Auth, Caller, Identity, RequestFacts } from './types.ts'

/** The sign-in that would be accepted (RFC 9470). */
export interface Demand {
  readonly acr?: string | undefined
  /** Seconds. */
  readonly maxAge?: number | undefined
}

/** Whether a rule holds, or would with another sign-in. */
export type Outcome = boolean | Demand

/** A request and its caller, while rules are tried. */
export interface Subject {
  readonly identity: KnownCaller
  readonly facts: RequestFacts
  /** Whether the token's issuer is the one whose subjects are this application's users. */
  readonly native: boolean
  /** Seconds since the epoch. */
  now(): number
  /** What the caller may do; looked up at most once. */
  authority(): MaybePromise<Authority>
  /** The caller's roles and permissions as far as they are known by now. */
  known(): Identity
}

export type Attempt = (subject: Subject) => MaybePromise<Outcome>

/** Continues with a value, synchronously where it is no promise. */
export function after<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  if (value instanceof Promise) return value.then(next)
  // other thenables (a query builder) are awaited, too: taken as a value they would be truthy
  if (typeof value === 'object' && value !== null && 'then' in value) return Promise.resolve(value).then(next)
  return next(value)
}

export interface SubjectSettings {
  readonly authority: GuardOptions['authority']
  readonly now: () => number
}

/** A request with its caller, while rules are tried; remembers what the application's `authority` said. */
export class RequestSubject implements Subject {
  readonly identity: KnownCaller
  readonly facts: RequestFacts
  readonly #settings: SubjectSettings
  #asked: MaybePromise<Authority> | undefined
  #authority: Authority | undefined

  constructor(identity: KnownCaller, facts: RequestFacts, settings: SubjectSettings) {
    this.identity = identity
    this.facts = facts
    this.#settings = settings
  }

  get native(): boolean {
    return this.identity.issuer.own
  }

  now(): number {
    return this.#settings.now()
  }

  authority(): MaybePromise<Authority> {
    this.#asked ??= this.#ask()
    return this.#asked
  }

  /** What the application said besides, where it was asked. */
  get note(): string | undefined {
    return this.#authority?.note
  }

  /** The caller, with the roles and permissions that were looked up where they were. */
  get user(): Caller {
    const { user } = this.identity
    if (this.#authority === undefined) return user
    const { roles, permissions } = this.#authority
    return Object.freeze({ id: user.id, username: user.username, roles, permissions })
  }

  /** The caller as allowed by a rule. */
  auth(decision: Allowed): Auth {
    const { claims, session } = this.identity
    return Object.freeze({ user: this.user, claims, session, decision })
  }

  known(): Identity {
    const { claims, session } = this.identity
    return { user: this.user, claims, session }
  }

  #ask(): MaybePromise<Authority> {
    const { authority } = this.#settings
    if (authority === undefined) return this.identity.user
    const { user, claims, session } = this.identity
    try {
      const answer = authority({ user, claims, session })
      if (!(answer instanceof Promise)) return this.#keep(answer)
      return answer.then((settled) => this.#keep(settled), unanswered)
    } catch (error) {
      return unanswered(error)
    }
  }

  #keep(answer: Authority): Authority {
    this.#authority = answer
    return answer
  }
}

/** A failed lookup is not a refusal: the caller may well be allowed. */
function unanswered(cause: unknown): never {
  throw cause instanceof UnavailableError
    ? cause
    : new UnavailableError('authority_unavailable', undefined, { cause })
}
