import type { Capability } from '../../capability.ts'
import { createSessionGrants } from './grants.ts'
import { sweepSessions } from './live.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'sessions:read': true
    'sessions:write': true
  }
}

/** Sign-ins and their refresh tokens. */
export const sessions: Capability = {
  name: 'sessions',
  permissions: ['sessions:read', 'sessions:write'],
  grants: createSessionGrants,
  jobs: [{ name: 'sweep sessions', everyMs: 60_000, run: sweepSessions }],
}
