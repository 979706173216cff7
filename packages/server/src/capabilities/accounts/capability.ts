import type { Capability } from '../../capability.ts'
import { settingsOf } from '../../config/setting.ts'
import { RecentSignInRequired } from './errors.ts'
import { accountSettings } from './settings.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'users:read': true
    'users:write': true
  }
}

/** Users. */
export const accounts: Capability = {
  name: 'accounts',
  settings: accountSettings,
  migrations: [
    { name: '0001-accounts-and-roles', load: () => import('../../migrations/0001-accounts-and-roles.ts') },
    { name: '0009-email-addresses', load: () => import('../../migrations/0009-email-addresses.ts') },
    { name: '0013-deletions', load: () => import('../../migrations/0013-deletions.ts') },
  ],
  signInRequirements: [
    {
      kind: 'email_unverified',
      missing: async (ctx, signingIn) =>
        (await import('./addresses/requirement.ts')).verifiedEmail.missing(ctx, signingIn),
    },
  ],
  async prepare({ config }) {
    if (!settingsOf(config, accountSettings).requireVerifiedEmail) return
    ;(await import('./addresses/requirement.ts')).requireMailForVerification(config)
  },
  permissions: ['users:read', 'users:write'],
  errors: {
    user_not_found: 404,
    username_taken: 409,
    last_administrator: 409,
    email_taken: 409,
    nothing_to_verify: 409,
    deletion_scheduled: 409,
    recent_sign_in_required: {
      status: 401,
      // RFC 9470
      headers: (error) => ({
        'WWW-Authenticate': `Bearer error="insufficient_user_authentication", error_description="${error.detail}"${
          error instanceof RecentSignInRequired ? `, max_age="${error.maxAge}"` : ''
        }`,
      }),
    },
  },
  commands: [
    { name: 'user', summary: 'manage users', load: () => import('./commands.ts') },
    { name: 'role', load: () => import('./role-commands.ts') },
  ],
  jobs: [
    {
      name: 'finish deletions',
      everyMs: 60_000,
      run: async (ctx) => (await import('./deletion/job.ts')).finishDeletions(ctx),
    },
  ],
  personalData: async () => (await import('./personal-data.ts')).accountData,
  routes: async () => [
    (await import('./routes.ts')).accountRoutes,
    (await import('./addresses/routes.ts')).addressRoutes,
    (await import('./deletion/routes.ts')).deletionRoutes,
  ],
}
