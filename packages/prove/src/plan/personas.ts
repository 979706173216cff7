import type { Person, ProveConfig } from '../config.ts'
import type { ManifestRoute, ManifestRule } from './manifest.ts'
import { type Persona, stranger } from './persona.ts'
import { namesIn, whoMeets } from './rules/index.ts'

/** Everything that any rule of the application names: what a persona could hold or lack. */
export interface Vocabulary {
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/** Collects the roles and permissions that rules name, with what the configuration adds. */
export function vocabulary(routes: readonly ManifestRoute[], config: ProveConfig): Vocabulary {
  const roles = new Set(Object.keys(config.roles ?? {}))
  const permissions = new Set([...Object.values(config.roles ?? {}).flat(), ...(config.permissions ?? [])])
  for (const { what, name } of routes.flatMap(({ rules }) => namesIn(rules)))
    (what === 'role' ? roles : permissions).add(name)
  return { roles: [...roles].sort(), permissions: [...permissions].sort() }
}

/** An owner without any role or permission: what they may do comes from owning alone. */
export function ownerPersona(person: Person, name: string): Persona {
  return { ...stranger, name, id: person.id, username: person.username }
}

/** A caller with one role alone, and the permissions that the role carries. */
export function rolePersona(role: string, config: ProveConfig): Persona {
  return { ...stranger, name: `role ${role} alone`, roles: [role], permissions: carriedBy(role, config) }
}

const carriedBy = (role: string, { roles = {} }: ProveConfig): readonly string[] =>
  Object.hasOwn(roles, role) ? (roles[role] ?? []) : []

/** A caller who holds every permission that any rule names, but one. */
export function withoutPermission(permission: string, { permissions }: Vocabulary): Persona {
  return {
    ...stranger,
    name: `every permission but ${permission}`,
    permissions: permissions.filter((held) => held !== permission),
  }
}

/**
 * For each way in that a route declares, a caller who meets just that one.
 *
 * Owning is met by being the first owner. A `check` cannot be met by a token: the configuration tells whether the
 * caller passes it.
 */
export const whoMay = (
  rules: readonly ManifestRule[],
  owner: Person,
  config: ProveConfig,
): readonly Persona[] => whoMeets(rules, { owner, carriedBy: (role) => carriedBy(role, config) })
