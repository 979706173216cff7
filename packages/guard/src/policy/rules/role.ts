import { after } from '../attempt.ts'
import { type RuleKind, requireName } from './kind.ts'

export interface RoleRule<Role extends string = string> {
  readonly kind: 'role'
  readonly role: Role
}

/** Allows callers who have the role. */
export function role<const Role extends string>(name: Role): RoleRule<Role> {
  const rule: RoleRule<Role> = { kind: 'role', role: name }
  roleKind.validate(rule)
  return rule
}

export const roleKind: RuleKind<RoleRule, RoleRule> = {
  members: { kind: true, role: true },
  validate: (rule) => requireName('role', rule.role),
  names: (rule) => ({ what: 'role', name: rule.role }),
  cost: (_rule, { authority }) => (authority ? 1 : 0),
  byClaims: true,
  attempt({ role }, { authority }) {
    if (!authority) return ({ identity }) => identity.user.roles.includes(role)
    return (subject) => after(subject.authority(), ({ roles }) => roles.includes(role))
  },
  toManifest: (rule) => ({ ...rule }),
  form: { role: 'text' },
  print: (rule) => `role('${rule.role}')`,
}
