import type { Capability } from '../../capability.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'roles:read': true
    'roles:write': true
  }
}

/** Roles, permissions, and who may grant them. */
export const roles: Capability = {
  name: 'roles',
  permissions: ['roles:read', 'roles:write'],
  errors: {
    forbidden: 403,
    administrator_required: 403,
    audience_required: 403,
    role_not_found: 404,
    role_in_use: 409,
    role_built_in: 409,
  },
  prepare: async (ctx) => (await import('./service.ts')).ensureRoles(ctx),
  commands: [{ name: 'role', summary: 'manage roles and grant them', load: () => import('./commands.ts') }],
  personalData: async () => (await import('./personal-data.ts')).roleData,
  routes: async () => [(await import('./routes.ts')).roleRoutes],
}
