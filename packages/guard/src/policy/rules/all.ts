import { ConfigurationError } from '../../errors.ts'
import type { MaybePromise } from '../../verify/types.ts'
import type { Attempt, Demand, Outcome, Subject } from '../attempt.ts'
import type { RuleKind } from './kind.ts'

export interface AllOf<Part> {
  readonly kind: 'all'
  readonly rules: readonly Part[]
}

export const allKind: RuleKind<AllOf<unknown>, AllOf<unknown>> = {
  members: { kind: true, rules: true },
  validate({ rules }) {
    if (!Array.isArray(rules) || rules.length === 0)
      throw new ConfigurationError('all() needs rules: the ones that must each pass.')
  },
  parts: ({ rules }) => rules,
  byClaims: true,
  admitsAnyone: true,
  attempt: (_rule, { acrOrder }, parts) => each(parts, acrOrder),
  toManifest: (_rule, _context, rules) => ({ kind: 'all', rules }),
  form: { rules: 'rules' },
  print: (_rule, parts) => `all(${parts.join(', ')})`,
}

function each(attempts: readonly Attempt[], acrOrder: readonly string[]): Attempt {
  const from = (at: number, subject: Subject, demand: Demand | undefined): MaybePromise<Outcome> => {
    let missing = demand
    for (let index = at; index < attempts.length; index++) {
      const outcome = attempts[index]?.(subject)
      if (outcome instanceof Promise) {
        return outcome.then(
          (settled) => settled !== false && from(index + 1, subject, both(missing, settled, acrOrder)),
        )
      }
      if (outcome === false || outcome === undefined) return false
      missing = both(missing, outcome, acrOrder)
    }
    return missing ?? true
  }
  return (subject) => from(0, subject, undefined)
}

/** The sign-in that satisfies two demands. */
function both(one: Demand | undefined, other: Outcome, acrOrder: readonly string[]): Demand | undefined {
  if (typeof other === 'boolean') return one
  if (one === undefined) return other
  const ages = [one.maxAge, other.maxAge].filter((age) => age !== undefined)
  const place = ({ acr }: Demand): number => (acr === undefined ? -2 : acrOrder.indexOf(acr))
  return {
    acr: place(other) > place(one) ? other.acr : one.acr,
    maxAge: ages.length === 0 ? undefined : Math.min(...ages),
  }
}
