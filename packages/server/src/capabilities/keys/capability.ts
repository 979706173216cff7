import type { Capability } from '../../capability.ts'
import * as keysAndSessions from '../../migrations/0002-keys-and-sessions.ts'
import { ensureKeys, rotateIfDue } from './service.ts'

/** The keys that sign tokens and the revocation feed. */
export const keys: Capability = {
  name: 'keys',
  migrations: [{ name: '0002-keys-and-sessions', up: keysAndSessions.up }],
  prepare: ensureKeys,
  jobs: [{ name: 'rotate keys', everyMs: 60_000, run: rotateIfDue }],
}
