import { ConfigurationError } from '../errors.ts'
import type { Rule } from '../policy/types.ts'

/** The names that an application gave to `createGuard`. */
export interface Vocabulary {
  readonly roles?: readonly string[] | undefined
  readonly permissions?: readonly string[] | undefined
}

/**
 * Refuses rules that name a role or a permission which the application does not have: a typo would lock everybody
 * out, or worse, be taken for a rule that holds.
 *
 * @throws ConfigurationError (`configuration`) naming the word and the nearest known ones
 */
export function checkVocabulary(rules: readonly Rule[], { roles, permissions }: Vocabulary): void {
  for (const rule of rules) {
    if (rule.kind === 'all') checkVocabulary(rule.rules, { roles, permissions })
    if (rule.kind === 'role' && roles !== undefined) check('role', 'roles', rule.role, roles)
    if (rule.kind === 'permission' && permissions !== undefined)
      check('permission', 'permissions', rule.permission, permissions)
  }
}

function check(kind: string, option: string, word: string, known: readonly string[]): void {
  if (known.includes(word)) return
  throw new ConfigurationError(
    `${kind}('${word}') names a ${kind} that createGuard({ ${option} }) does not list. It lists: ${known.join(', ') || 'none'}. Correct the rule, or add '${word}' to the list.`,
  )
}
