import type { Capability } from '../../capability.ts'

/** What users say about themselves. */
export const profiles: Capability = {
  name: 'profiles',
  routes: async () => [(await import('./routes.ts')).profileRoutes],
}
