import type { Capability } from '../../capability.ts'
import type { Context } from '../../context.ts'

const refreshCosts = async (ctx: Context): Promise<void> =>
  (await import('./costs.ts')).refreshPasswordCosts(ctx)

/** The passwords of accounts. */
export const passwords: Capability = {
  name: 'passwords',
  migrations: [{ name: '0012-imports', load: () => import('../../migrations/0012-imports.ts') }],
  errors: {
    password_changed: 409,
  },
  prepare: refreshCosts,
  jobs: [{ name: 'password-costs', everyMs: 60_000, run: refreshCosts }],
  personalData: async () => (await import('./personal-data.ts')).passwordData,
}
