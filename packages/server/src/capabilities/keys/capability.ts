import type { Capability } from '../../capability.ts'
import { keySettings } from './settings.ts'

/** The keys that sign tokens and the revocation feed. */
export const keys: Capability = {
  name: 'keys',
  settings: keySettings,
  migrations: [
    { name: '0002-keys-and-sessions', load: () => import('../../migrations/0002-keys-and-sessions.ts') },
  ],
  errors: {
    key_not_found: 404,
    key_in_use: 409,
  },
  prepare: async (ctx) => (await import('./service.ts')).ensureKeys(ctx),
  jobs: [
    {
      name: 'rotate keys',
      everyMs: 60_000,
      run: async (ctx) => (await import('./service.ts')).rotateIfDue(ctx),
    },
  ],
}
