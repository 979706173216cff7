import { ConfigurationError } from '../errors.ts'
import { namesIn, type Rule } from './rules/index.ts'

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
 * Finds typing mistakes where types were bypassed.
 *
 * @throws ConfigurationError naming a role or permission that the application does not have
 */
export function checkNames(rules: readonly Rule[], vocabulary: Vocabulary): void {
  for (const { what, name } of rules.flatMap(namesIn)) {
    const known = what === 'role' ? vocabulary.roles : vocabulary.permissions
    if (known === undefined || known.has(name)) continue
    throw new ConfigurationError(
      `${what}('${name}'): unknown ${what}. This application has ${[...known].join(', ') || 'none'}.`,
    )
  }
}
