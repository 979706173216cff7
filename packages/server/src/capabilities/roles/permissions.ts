/** What the server's own routes ask for. An API has permissions of its own beside these. */
export const serverPermissions = [
  'users:read',
  'users:write',
  'sessions:read',
  'sessions:write',
  'roles:read',
  'roles:write',
  'keys:read',
  'keys:write',
  'audit:read',
] as const

export type ServerPermission = (typeof serverPermissions)[number]

/** The role that holds every permission of the server, and may grant any permission at all. */
export const adminRole = 'admin'

/** The role that every account starts with. */
export const memberRole = 'member'

/** Whether every new account gets the role, so that a change of it reaches everybody. */
export const isDefaultRole = (role: string): boolean => role === memberRole

/** Roles that are always there. */
export const builtInRoles: readonly string[] = [adminRole, memberRole]

export function isServerPermission(permission: string): boolean {
  return serverPermissions.some((known) => known === permission)
}
