import type { Authority } from '../options.ts'
import type { MaybePromise } from '../verify/types.ts'
import type { KnownCaller } from './caller.ts'
import { cheapFirst } from './cost.ts'
import type { AllRule, CheckRule, Identity, OwnRule, RequestFacts, Rule, StepUpRule } from './types.ts'

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

/** Makes the function that tries a rule. It may throw, which counts as not passed. */
export function attemptOf(rule: Rule, authority: boolean): Attempt {
  switch (rule.kind) {
    case 'signedIn':
      return () => true
    case 'role': {
      const { role } = rule
      if (!authority) return ({ identity }) => identity.user.roles.includes(role)
      return (subject) => after(subject.authority(), ({ roles }) => roles.includes(role))
    }
    case 'permission': {
      const { permission } = rule
      if (!authority) return ({ identity }) => identity.user.permissions.includes(permission)
      return (subject) => after(subject.authority(), ({ permissions }) => permissions.includes(permission))
    }
    case 'own':
      return owns(rule)
    case 'check':
      return holds(rule)
    case 'stepUp':
      return (subject) => signedInSo(rule, subject)
    case 'all':
      return each(rule, authority)
  }
}

function owns({ param, load }: OwnRule): Attempt {
  if (load === undefined) {
    return ({ identity, facts, native }) =>
      native && isId(identity.user.id) && facts.param(param) === identity.user.id
  }
  return ({ identity, facts, native }) => {
    const id = facts.param(param)
    if (!native || !isId(id) || !isId(identity.user.id)) return false
    return after(load(id, facts.native as never), (owner) => ownerId(owner) === identity.user.id)
  }
}

const isId = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** An owner's id as a token would have it; what is neither a string nor a whole number owns nothing. */
function ownerId(owner: unknown): string | undefined {
  if (typeof owner === 'string') return owner === '' ? undefined : owner
  return Number.isSafeInteger(owner) || typeof owner === 'bigint' ? String(owner) : undefined
}

function holds({ test }: CheckRule): Attempt {
  // only true is true: a promise forgotten in an object, or a row that was found, lets nobody in
  return (subject) => after(test(subject.known(), subject.facts.native as never), (held) => held === true)
}

function signedInSo({ acr, maxAge }: StepUpRule, subject: Subject): Outcome {
  const { claims } = subject.identity
  const strong = acr === undefined || claims.acr === acr
  const age =
    typeof claims.auth_time === 'number' ? subject.now() - claims.auth_time : Number.POSITIVE_INFINITY
  return (strong && (maxAge === undefined || age <= maxAge)) || { acr, maxAge }
}

function each({ rules }: AllRule, authority: boolean): Attempt {
  const attempts = cheapFirst(rules, authority).map((rule) => attemptOf(rule, authority))
  const from = (at: number, subject: Subject, demand: Demand | undefined): MaybePromise<Outcome> => {
    let missing = demand
    for (let index = at; index < attempts.length; index++) {
      const outcome = attempts[index]?.(subject)
      if (outcome instanceof Promise) {
        return outcome.then(
          (settled) => settled !== false && from(index + 1, subject, both(missing, settled)),
        )
      }
      if (outcome === false || outcome === undefined) return false
      missing = both(missing, outcome)
    }
    return missing ?? true
  }
  return (subject) => from(0, subject, undefined)
}

/** The sign-in that satisfies two demands. */
function both(one: Demand | undefined, other: Outcome): Demand | undefined {
  if (typeof other === 'boolean') return one
  if (one === undefined) return other
  const ages = [one.maxAge, other.maxAge].filter((age) => age !== undefined)
  return { acr: one.acr ?? other.acr, maxAge: ages.length === 0 ? undefined : Math.min(...ages) }
}

/** Goes on with a value, at once where it is there. */
export function after<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  if (value instanceof Promise) return value.then(next)
  // a thenable that is no Promise (a query builder) is waited for, too: taken as a value it would be truthy
  if (typeof value === 'object' && value !== null && 'then' in value) return Promise.resolve(value).then(next)
  return next(value)
}
