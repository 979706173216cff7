import type { Capability } from '../../capability.ts'
import type { Context } from '../../context.ts'
import { passwordChange } from './requirement.ts'
import { passwordSettings } from './settings.ts'

const refreshCosts = async (ctx: Context): Promise<void> =>
  (await import('./costs.ts')).refreshPasswordCosts(ctx)

/** The passwords of accounts: how they are stored, checked and replaced. */
export const passwords: Capability = {
  name: 'passwords',
  settings: passwordSettings,
  migrations: [{ name: '0010-passwords', load: () => import('../../migrations/0010-passwords.ts') }],
  signInRequirements: [passwordChange],
  errors: {
    password_changed: 409,
  },
  async removePlanted({ db }, userId) {
    return (await (await import('./store.ts')).deleteHash(db, userId)) ? ['password'] : []
  },
  prepare: refreshCosts,
  jobs: [{ name: 'password-costs', everyMs: 60_000, run: refreshCosts }],
  personalData: async () => (await import('./personal-data.ts')).passwordData,
}
