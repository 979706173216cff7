import type { ManifestRule } from '../manifest.ts'
import { outcome, type ProvenKind } from './kind.ts'

export const permission: ProvenKind<Extract<ManifestRule, { kind: 'permission' }>> = {
  evaluate: (rule, { permissions }) => outcome(permissions.includes(rule.permission)),
  describe: (rule) => rule.permission,
  meet: (rule, persona) => ({
    ...persona,
    permissions: [...new Set([...persona.permissions, rule.permission])],
  }),
  names: (rule) => ({ what: 'permission', name: rule.permission }),
}
