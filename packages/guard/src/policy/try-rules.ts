import { UnavailableError } from '../errors.ts'
import type { MaybePromise } from '../verify/types.ts'
import type { Demand, Outcome, Subject } from './attempt.ts'
import type { Plan, Step } from './plan.ts'
import type { Allowed } from './types.ts'

/** What came of trying a guard's rules. */
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

/** Tries rules until one holds. One that throws counts as not passed, is reported, and the others are still tried. */
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
