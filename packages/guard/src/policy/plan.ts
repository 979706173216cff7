import type { Names } from '../option-names.ts'
import { type Attempt, attemptOf } from './attempt.ts'
import { cheapFirst } from './cost.ts'
import { printRule } from './rules.ts'
import type { Allowed, Rule } from './types.ts'

/** How a guard differs from what its options say; the last argument of `guard(…)`. */
export interface RouteOptions {
  /** What to do while it cannot be known whether tokens were revoked. */
  readonly onStale?: 'allow' | 'deny'
}

export const routeOptionNames: Names<RouteOptions> = { onStale: true }

/** A rule made ready to be tried: everything that does not depend on the request is worked out at start-up. */
export interface Step {
  readonly attempt: Attempt
  /** The decision that it leads to. */
  readonly allowed: Allowed
}

/** The rules of one guard, cheap ones first. */
export interface Plan {
  readonly steps: readonly Step[]
  /** Whether strangers pass. */
  readonly optional: boolean
  readonly onStale: 'allow' | 'deny' | undefined
  readonly stepsUp: boolean
  /** Whether nothing but a token's claims decides: then it decides the same each time. */
  readonly byClaims: boolean
  readonly printed: readonly string[]
  /** Permissions that would have let the caller in, for the challenge. */
  readonly scope: string | undefined
}

export interface PlanOptions extends RouteOptions {
  readonly optional?: boolean
  /** Whether roles and permissions have to be looked up, which makes them costly. */
  readonly authority?: boolean
}

/** Makes rules ready to be tried; none means any signed-in user. */
export function plan(rules: readonly Rule[], options: PlanOptions = {}): Plan {
  const alternatives: readonly Rule[] = rules.length === 0 ? [{ kind: 'signedIn' }] : rules
  const { authority = false } = options
  const steps = cheapFirst(alternatives, authority).map(
    (rule): Step => ({
      attempt: attemptOf(rule, authority),
      allowed: Object.freeze({ allowed: true, rule: printRule(rule) }),
    }),
  )
  return {
    steps,
    optional: options.optional === true,
    onStale: options.onStale,
    stepsUp: alternatives.some(stepsUp),
    byClaims: !authority && alternatives.every(byClaims),
    printed: Object.freeze(alternatives.map(printRule)),
    scope: alternatives
      .map(permissionsOf)
      .find((each) => each.length > 0)
      ?.join(' '),
  }
}

function byClaims(rule: Rule): boolean {
  if (rule.kind === 'all') return rule.rules.every(byClaims)
  return rule.kind === 'signedIn' || rule.kind === 'role' || rule.kind === 'permission'
}

const stepsUp = (rule: Rule): boolean =>
  rule.kind === 'stepUp' || (rule.kind === 'all' && rule.rules.some(stepsUp))

function permissionsOf(rule: Rule): readonly string[] {
  if (rule.kind === 'permission') return [rule.permission]
  return rule.kind === 'all' ? rule.rules.flatMap(permissionsOf) : []
}
