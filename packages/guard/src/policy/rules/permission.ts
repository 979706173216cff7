import { ConfigurationError } from '../../errors.ts'
import { after } from '../attempt.ts'
import { type RuleKind, requireName, scopeValue } from './kind.ts'

export interface PermissionRule<Permission extends string = string> {
  readonly kind: 'permission'
  readonly permission: Permission
}

/** Allows callers who have the permission, `resource:action`; a token carries it as a scope value. */
export function permission<const Permission extends string>(name: Permission): PermissionRule<Permission> {
  const rule: PermissionRule<Permission> = { kind: 'permission', permission: name }
  permissionKind.validate(rule)
  return rule
}

export const permissionKind: RuleKind<PermissionRule, PermissionRule> = {
  members: { kind: true, permission: true },
  validate(rule) {
    requireName('permission', rule.permission)
    if (!scopeValue.test(rule.permission)) {
      throw new ConfigurationError(
        `permission('${rule.permission}') is not a scope value: no spaces, quotes or backslashes.`,
      )
    }
  },
  names: (rule) => ({ what: 'permission', name: rule.permission }),
  cost: (_rule, { authority }) => (authority ? 1 : 0),
  byClaims: true,
  attempt({ permission }, { authority }) {
    if (!authority) return ({ identity }) => identity.user.permissions.includes(permission)
    return (subject) => after(subject.authority(), ({ permissions }) => permissions.includes(permission))
  },
  toManifest: (rule) => ({ ...rule }),
  form: { permission: 'text' },
  print: (rule) => `permission('${rule.permission}')`,
}
