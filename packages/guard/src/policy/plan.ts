import { UnavailableError } from '../errors.ts'
import type { Names } from '../option-names.ts'
import type { MaybePromise } from '../verify/types.ts'
import type { Attempt, Demand, Outcome, Subject } from './attempt.ts'
import {
  attemptOf,
  byClaims,
  cheapFirst,
  namesIn,
  printRule,
  type Rule,
  type RuleContext,
  stepsUp,
} from './rules/index.ts'
import type { Allowed } from './types.ts'

/** Options of one guard that override the guard's own; the last argument of `guard(…)`. */
export interface RouteOptions {
  /** What to do while the revocation list is stale. */
  readonly onStale?: 'allow' | 'deny'
}

export const routeOptionNames: Names<RouteOptions> = { onStale: true }

/** A prepared rule: everything that does not depend on the request is computed at start-up. */
export interface Step {
  readonly attempt: Attempt
  /** The decision that it leads to. */
  readonly allowed: Allowed
}

/** The rules of one guard, cheap ones first. */
export interface Plan {
  readonly steps: readonly Step[]
  /** Whether strangers are allowed. */
  readonly optional: boolean
  readonly onStale: 'allow' | 'deny' | undefined
  readonly stepsUp: boolean
  /** Whether nothing but a token's claims decides: then it decides the same each time. */
  readonly byClaims: boolean
  readonly printed: readonly string[]
  /** Permissions that would have sufficed, for the challenge. */
  readonly scope: string | undefined
}

export interface PlanOptions extends RouteOptions, RuleContext {
  readonly optional?: boolean
}

/** Prepares rules; none means any signed-in user. */
export function plan(rules: readonly Rule[], options: PlanOptions): Plan {
  const alternatives: readonly Rule[] = rules.length === 0 ? [{ kind: 'signedIn' }] : rules
  const steps = cheapFirst(alternatives, options).map(
    (rule): Step => ({
      attempt: attemptOf(rule, options),
      allowed: Object.freeze({ allowed: true, rule: printRule(rule) }),
    }),
  )
  return {
    steps,
    optional: options.optional === true,
    onStale: options.onStale,
    stepsUp: alternatives.some(stepsUp),
    byClaims: !options.authority && alternatives.every(byClaims),
    printed: Object.freeze(alternatives.map(printRule)),
    scope: alternatives
      .map(permissionsOf)
      .find((each) => each.length > 0)
      ?.join(' '),
  }
}

const permissionsOf = (rule: Rule): readonly string[] =>
  namesIn(rule).flatMap(({ what, name }) => (what === 'permission' ? [name] : []))

/** The result of trying a guard's rules. */
export type Tried =
  | Allowed
  | {
      readonly allowed: false
      readonly demand: Demand | undefined
      readonly unavailable: UnavailableError | undefined
    }

type OnThrow = (error: unknown, what: string) => void

interface Progress {
  readonly demand: Demand | undefined
  readonly unavailable: UnavailableError | undefined
}

const start: Progress = { demand: undefined, unavailable: undefined }

/** Tries rules until one is met. One that throws counts as not met, is reported, and the others are still tried. */
export function tryRules(plan: Plan, subject: Subject, onThrow: OnThrow): MaybePromise<Tried> {
  return tryFrom(0, plan, subject, onThrow, start)
}

function tryFrom(
  at: number,
  plan: Plan,
  subject: Subject,
  onThrow: OnThrow,
  before: Progress,
): MaybePromise<Tried> {
  let progress = before
  for (let index = at; index < plan.steps.length; index++) {
    const step = plan.steps[index] as Step
    try {
      const outcome = step.attempt(subject)
      if (outcome instanceof Promise) return outcome.then(settled, failed)
      if (outcome === true) return step.allowed
      progress = withOutcome(progress, outcome)
    } catch (error) {
      progress = withError(progress, error, step, onThrow)
    }

    function settled(outcome: Outcome): MaybePromise<Tried> {
      if (outcome === true) return step.allowed
      return tryFrom(index + 1, plan, subject, onThrow, withOutcome(progress, outcome))
    }
    function failed(error: unknown): MaybePromise<Tried> {
      return tryFrom(index + 1, plan, subject, onThrow, withError(progress, error, step, onThrow))
    }
  }
  return { allowed: false, ...progress }
}

const withOutcome = (progress: Progress, outcome: Outcome): Progress =>
  typeof outcome === 'boolean' || progress.demand !== undefined ? progress : { ...progress, demand: outcome }

function withError(progress: Progress, error: unknown, { allowed }: Step, onThrow: OnThrow): Progress {
  onThrow(error, `the rule ${allowed.rule ?? ''} threw`)
  return error instanceof UnavailableError ? { ...progress, unavailable: error } : progress
}
