import type { Rule } from './types.ts'

/** What trying a rule costs: reading claims nothing, looking something up more. */
export function cost(rule: Rule, authority: boolean): number {
  switch (rule.kind) {
    case 'all':
      return Math.max(...rule.rules.map((each) => cost(each, authority)))
    case 'role':
    case 'permission':
      return authority ? 1 : 0
    case 'check':
      return 2
    case 'own':
      return rule.load === undefined ? 0 : 3
    default:
      return 0
  }
}

/** Cheap ones first, else in the order of writing. */
export const cheapFirst = (rules: readonly Rule[], authority: boolean): readonly Rule[] =>
  [...rules].sort((one, other) => cost(one, authority) - cost(other, authority))
