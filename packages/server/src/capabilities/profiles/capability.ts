import type { Capability } from '../../capability.ts'

/** What users say about themselves. */
export const profiles: Capability = {
  name: 'profiles',
  localeOf: async (ctx, userId) => (await import('./service.ts')).localeOf(ctx, userId),
  personalData: async () => (await import('./personal-data.ts')).profileData,
  routes: async () => [(await import('./routes.ts')).profileRoutes],
}
