import {
  defaultAcrOrder,
  leavesOf,
  type ManifestRule,
  manifestRule,
  printManifestRule,
} from '../policy/rules/index.ts'
import type { Declaration } from './declared.ts'

/** What all guards of a route require together: any of these rules, or nothing where it is open. */
export interface Effective {
  readonly kind: Declaration['kind']
  readonly rules: readonly ManifestRule[]
  readonly reason: string | undefined
}

/**
 * Puts the guards that run in front of one handler together. Each of them must be passed, so the strictest kind
 * counts, and rules multiply: (a or b) and (c or d) is a and c, or a and d, or b and c, or b and d.
 */
export function combine(declarations: readonly Declaration[]): Effective | undefined {
  if (declarations.length === 0) return undefined
  const ruled = declarations.filter((each) => each.kind === 'guarded' || each.kind === 'shared')
  if (ruled.length === 0) {
    const strictest = declarations.find(({ kind }) => kind === 'optional') ?? declarations[0]
    return strictest === undefined
      ? undefined
      : { kind: strictest.kind, rules: [], reason: reasonOf(strictest) }
  }
  const shared = ruled.find(({ kind }) => kind === 'shared')
  return {
    kind: shared === undefined ? 'guarded' : 'shared',
    rules: ruled
      .map(({ rules, acrOrder = defaultAcrOrder }) =>
        alternatives(rules.map((rule) => manifestRule(rule, { acrOrder }))),
      )
      .reduce(each, [{ kind: 'signedIn' }]),
    reason: shared === undefined ? undefined : reasonOf(shared),
  }
}

const reasonOf = (declaration: Declaration): string | undefined =>
  declaration.kind === 'guarded' ? undefined : declaration.reason

const alternatives = (rules: readonly ManifestRule[]): readonly ManifestRule[] =>
  rules.length === 0 ? [{ kind: 'signedIn' }] : rules

function each(left: readonly ManifestRule[], right: readonly ManifestRule[]): readonly ManifestRule[] {
  return unique(left.flatMap((one) => right.map((other) => both(one, other))))
}

function both(one: ManifestRule, other: ManifestRule): ManifestRule {
  const parts = unique([...partsOf(one), ...partsOf(other)])
  const [only, ...more] = parts
  if (only === undefined) return { kind: 'signedIn' }
  return more.length === 0 ? only : { kind: 'all', rules: parts }
}

/** Being signed in adds nothing to another rule. */
const partsOf = (rule: ManifestRule): readonly ManifestRule[] =>
  leavesOf([rule]).filter(({ kind }) => kind !== 'signedIn')

function unique(rules: readonly ManifestRule[]): ManifestRule[] {
  const seen = new Map(rules.map((rule) => [JSON.stringify(rule), rule]))
  return [...seen.values()]
}

/** The allowed callers, in a line. */
export function printEffective({ kind, rules }: Effective): string {
  if (kind === 'open') return 'anyone'
  if (kind === 'optional') return 'anyone, signed in or not'
  return rules.map(printManifestRule).join(' or ')
}
