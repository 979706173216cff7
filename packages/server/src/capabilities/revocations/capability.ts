import type { Capability } from '../../capability.ts'
import { feedMetadataOf } from './metadata.ts'

/** What is revoked, and the feed that guards follow. */
export const revocationFeed: Capability = {
  name: 'revocations',
  migrations: [{ name: '0004-revocations', load: () => import('../../migrations/0004-revocations.ts') }],
  errors: {
    too_many_listeners: 503,
    feed_unavailable: 503,
  },
  metadata: feedMetadataOf,
  routes: async () => [(await import('./routes.ts')).revocationRoutes],
}
