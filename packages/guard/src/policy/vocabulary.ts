import { ConfigurationError } from '../errors.ts'
import type { Rule } from './types.ts'

/** The names that an application declared as its own; undefined where it declared none. */
export interface Vocabulary {
  readonly roles: ReadonlySet<string> | undefined
  readonly permissions: ReadonlySet<string> | undefined
}

export function readVocabulary(options: {
  roles?: readonly string[]
  permissions?: readonly string[]
}): Vocabulary {
  const { roles, permissions } = options
  return {
    roles: roles === undefined ? undefined : new Set(roles),
    permissions: permissions === undefined ? undefined : new Set(permissions),
  }
}

/**
 * Finds typing mistakes where types were dodged.
 *
 * @throws ConfigurationError naming a role or permission that the application does not have
 */
export function checkNames(rules: readonly Rule[], vocabulary: Vocabulary): void {
  for (const rule of rules) {
    if (rule.kind === 'all') checkNames(rule.rules, vocabulary)
    if (rule.kind === 'role') known('role', rule.role, vocabulary.roles)
    if (rule.kind === 'permission') known('permission', rule.permission, vocabulary.permissions)
  }
}

function known(what: string, name: string, names: ReadonlySet<string> | undefined): void {
  if (names === undefined || names.has(name)) return
  throw new ConfigurationError(
    `${what}('${name}'): this application has no such ${what}; it has ${[...names].join(', ') || 'none'}.`,
  )
}
