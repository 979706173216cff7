import type { Capability } from '../../capability.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'users:export': true
  }
}

/** Giving people all that is held about them. What that is, each capability says for its own tables. */
export const personalData: Capability = {
  name: 'personal-data',
  permissions: ['users:export'],
  commands: [{ name: 'user', load: () => import('./commands.ts') }],
  routes: async () => [(await import('./routes.ts')).personalDataRoutes],
}
