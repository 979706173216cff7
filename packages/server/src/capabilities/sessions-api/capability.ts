import type { Capability } from '../../capability.ts'

/** Refreshing, listing and ending sessions over HTTP. */
export const sessionsApi: Capability = {
  name: 'sessions-api',
  errors: {
    origin_not_allowed: 403,
    invalid_request: 400,
  },
  commands: [{ name: 'session', summary: 'list and end sessions', load: () => import('./commands.ts') }],
  routes: async () => {
    const [{ refreshRoutes }, { sessionRoutes }] = await Promise.all([
      import('./refresh-routes.ts'),
      import('./routes.ts'),
    ])
    return [refreshRoutes, sessionRoutes]
  },
}
