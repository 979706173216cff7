import type { ManifestRule } from '../manifest.ts'
import { outcome, type ProvenKind } from './kind.ts'

export const role: ProvenKind<Extract<ManifestRule, { kind: 'role' }>> = {
  evaluate: (rule, { roles }) => outcome(roles.includes(rule.role)),
  describe: (rule) => rule.role,
  meet: (rule, persona, { carriedBy }) => ({
    ...persona,
    roles: [...persona.roles, rule.role],
    permissions: [...new Set([...persona.permissions, ...carriedBy(rule.role)])],
  }),
  names: (rule) => ({ what: 'role', name: rule.role }),
}
