import type { Capability } from '../../capability.ts'
import { accountSettings } from './settings.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'users:read': true
    'users:write': true
  }
}

/** Users. */
export const accounts: Capability = {
  name: 'accounts',
  settings: accountSettings,
  migrations: [
    { name: '0001-accounts-and-roles', load: () => import('../../migrations/0001-accounts-and-roles.ts') },
  ],
  permissions: ['users:read', 'users:write'],
  routes: async () => [(await import('./routes.ts')).accountRoutes],
}
