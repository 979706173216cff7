import type { Person, ProveConfig } from '../config.ts'
import type { ManifestRoute, ManifestRule } from './manifest.ts'
import { type Persona, stranger } from './persona.ts'

/** Everything that any rule of the application names: what a persona could hold or lack. */
export interface Vocabulary {
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/** Collects the roles and permissions that rules name, with what the configuration adds. */
export function vocabulary(routes: readonly ManifestRoute[], config: ProveConfig): Vocabulary {
  const roles = new Set(Object.keys(config.roles ?? {}))
  const permissions = new Set([...Object.values(config.roles ?? {}).flat(), ...(config.permissions ?? [])])
  for (const rule of routes.flatMap(({ rules }) => flatten(rules))) {
    if (rule.kind === 'role') roles.add(rule.role)
    if (rule.kind === 'permission') permissions.add(rule.permission)
  }
  return { roles: [...roles].sort(), permissions: [...permissions].sort() }
}

/** A rule and all rules inside it. */
export function flatten(rules: readonly ManifestRule[]): readonly ManifestRule[] {
  return rules.flatMap((rule) => (rule.kind === 'all' ? [rule, ...flatten(rule.rules)] : [rule]))
}

/** An owner without any role or permission: what they may do comes from owning alone. */
export function ownerPersona(person: Person, name: string): Persona {
  return { ...stranger, name, id: person.id, username: person.username }
}

/** A caller with one role alone, and the permissions that the role carries. */
export function rolePersona(role: string, config: ProveConfig): Persona {
  return { ...stranger, name: `role ${role} alone`, roles: [role], permissions: config.roles?.[role] ?? [] }
}

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
export function whoMay(
  rules: readonly ManifestRule[],
  owner: Person,
  config: ProveConfig,
): readonly Persona[] {
  return rules.map((rule) => {
    const needs = flatten([rule])
    const roles = needs.flatMap((need) => (need.kind === 'role' ? [need.role] : []))
    const permissions = needs.flatMap((need) => (need.kind === 'permission' ? [need.permission] : []))
    const acr = needs.find((need) => need.kind === 'stepUp' && need.acr !== undefined)
    const owns = needs.some(({ kind }) => kind === 'own')
    return {
      ...(owns ? ownerPersona(owner, 'the owner') : stranger),
      name: describeMet(needs),
      roles,
      permissions: [...new Set([...permissions, ...roles.flatMap((role) => config.roles?.[role] ?? [])])],
      acr: acr?.kind === 'stepUp' ? acr.acr : undefined,
    }
  })
}

/** Callers who meet a rule but for its step-up: too weak a sign-in, or too old a one. */
export function weakened(rule: ManifestRule, persona: Persona): readonly Persona[] {
  return flatten([rule]).flatMap((need): Persona[] => {
    if (need.kind !== 'stepUp') return []
    const weak: Persona = { ...persona, name: `${persona.name}, acr too weak`, acr: 'prove-weak' }
    if (need.maxAge === undefined) return need.acr === undefined ? [] : [weak]
    const old: Persona = {
      ...persona,
      name: `${persona.name}, signed in too long ago`,
      signedInFor: need.maxAge + 3600,
    }
    return need.acr === undefined ? [old] : [weak, old]
  })
}

function describeMet(needs: readonly ManifestRule[]): string {
  return needs.flatMap(met).join(' with ') || 'a signed-in user'
}

function met(need: ManifestRule): string[] {
  switch (need.kind) {
    case 'own':
      return ['the owner']
    case 'role':
      return [need.role]
    case 'permission':
      return [need.permission]
    case 'stepUp':
      return ['a fresh, strong sign-in']
    case 'check':
      return [`check ${need.name}`]
    case 'signedIn':
      return ['a signed-in user']
    case 'all':
      return []
  }
}
