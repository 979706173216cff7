import type { Capability } from '../../capability.ts'

/** Refreshing, listing and ending sessions over HTTP. */
export const sessionsApi: Capability = {
  name: 'sessions-api',
  routes: async () => {
    const [{ refreshRoutes }, { sessionRoutes }] = await Promise.all([
      import('./refresh-routes.ts'),
      import('./routes.ts'),
    ])
    return [refreshRoutes, sessionRoutes]
  },
}
