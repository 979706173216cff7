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
  prepare: async (ctx) => (await import('./service.ts')).ensureRoles(ctx),
  routes: async () => [(await import('./routes.ts')).roleRoutes],
}
