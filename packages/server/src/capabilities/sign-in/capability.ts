import type { Capability } from '../../capability.ts'
import { settingsOf } from '../../config/setting.ts'
import { signInSettings } from './settings.ts'

/** Sign-up and sign-in. */
export const signIn: Capability = {
  name: 'sign-in',
  settings: signInSettings,
  errors: {
    sign_up_closed: 403,
    wrong_credentials: 401,
    account_disabled: 403,
    factor_required: 401,
    legacy_token_refused: 401,
    legacy_exchange_closed: 404,
    deletion_pending: 401,
    password_change_required: 401,
    email_unverified: 401,
  },
  metadata: (config) => ({ gatehouse_sign_up: settingsOf(config, signInSettings).signUp }),
  jobs: [
    {
      name: 'exchanged-tokens',
      everyMs: 3_600_000,
      run: async ({ db, clock }) => (await import('./legacy-store.ts')).sweepExchanged(db, clock.now()),
    },
  ],
  routes: async () => [
    (await import('./routes.ts')).signInRoutes,
    (await import('./change-password-routes.ts')).changePasswordRoutes,
    (await import('./continue-routes.ts')).continueRoutes,
    (await import('./legacy-routes.ts')).legacyRoutes,
  ],
}
