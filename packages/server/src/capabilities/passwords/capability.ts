import type { Capability } from '../../capability.ts'
import * as imports from '../../migrations/0012-imports.ts'
import { refreshPasswordCosts } from './costs.ts'

/** The passwords of accounts. */
export const passwords: Capability = {
  name: 'passwords',
  migrations: [{ name: '0012-imports', up: imports.up }],
  prepare: refreshPasswordCosts,
  jobs: [{ name: 'password-costs', everyMs: 60_000, run: refreshPasswordCosts }],
}
