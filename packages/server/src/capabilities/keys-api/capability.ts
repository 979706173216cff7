import type { Capability } from '../../capability.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'keys:read': true
    'keys:write': true
  }
}

/** Listing, rotating and dropping keys over HTTP. */
export const keysApi: Capability = {
  name: 'keys-api',
  permissions: ['keys:read', 'keys:write'],
  commands: [{ name: 'key', summary: 'manage signing keys', load: () => import('./commands.ts') }],
  routes: async () => [(await import('./routes.ts')).keyRoutes],
}
