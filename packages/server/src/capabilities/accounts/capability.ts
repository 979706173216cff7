import type { Capability } from '../../capability.ts'
import * as accountsAndRoles from '../../migrations/0001-accounts-and-roles.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'users:read': true
    'users:write': true
  }
}

/** Users. */
export const accounts: Capability = {
  name: 'accounts',
  migrations: [{ name: '0001-accounts-and-roles', up: accountsAndRoles.up }],
  permissions: ['users:read', 'users:write'],
  routes: async () => [(await import('./routes.ts')).accountRoutes],
}
