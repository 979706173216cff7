import type { Capability } from '../../capability.ts'
import { ensureRoles } from './service.ts'

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
  prepare: ensureRoles,
  routes: async () => [(await import('./routes.ts')).roleRoutes],
}
