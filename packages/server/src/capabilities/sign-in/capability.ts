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
    password_change_required: 401,
    email_unverified: 401,
  },
  metadata: (config) => ({ gatehouse_sign_up: settingsOf(config, signInSettings).signUp }),
  routes: async () => [
    (await import('./routes.ts')).signInRoutes,
    (await import('./change-password-routes.ts')).changePasswordRoutes,
    (await import('./continue-routes.ts')).continueRoutes,
  ],
}
