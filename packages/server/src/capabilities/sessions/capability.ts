import type { Capability } from '../../capability.ts'
import { sessionSettings } from './settings.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'sessions:read': true
    'sessions:write': true
  }
}

/** Sign-ins and their refresh tokens. */
export const sessions: Capability = {
  name: 'sessions',
  settings: sessionSettings,
  migrations: [
    { name: '0011-device-families', load: () => import('../../migrations/0011-device-families.ts') },
  ],
  permissions: ['sessions:read', 'sessions:write'],
  errors: {
    invalid_grant: 401,
    session_not_found: 404,
    session_ended: {
      status: 401,
      headers: () => ({
        'WWW-Authenticate': 'Bearer error="invalid_token", error_description="The session has ended."',
      }),
    },
  },
  grants: async () => (await import('./grants.ts')).createSessionGrants,
  jobs: [
    {
      name: 'sweep sessions',
      everyMs: 60_000,
      run: async (ctx) => (await import('./live.ts')).sweepSessions(ctx),
    },
  ],
  async removePlanted(ctx, userId) {
    const { endSessionsOf } = await import('./end.ts')
    return (await endSessionsOf(ctx, userId, 'password_changed')).length > 0 ? ['sessions'] : []
  },
  personalData: async () => (await import('./personal-data.ts')).sessionData,
}
