import type { Migration } from '../platform/db/migrate.ts'
import * as accountsAndRoles from './0001-accounts-and-roles.ts'
import * as keysAndSessions from './0002-keys-and-sessions.ts'
import * as throttles from './0003-throttles.ts'
import * as revocations from './0004-revocations.ts'
import * as auditOfSignIns from './0005-audit-of-sign-ins.ts'
import * as knownDevices from './0006-known-devices.ts'

/** Every step of the schema, in order. */
export const migrations: readonly Migration[] = [
  { name: '0001-accounts-and-roles', up: accountsAndRoles.up },
  { name: '0002-keys-and-sessions', up: keysAndSessions.up },
  { name: '0003-throttles', up: throttles.up },
  { name: '0004-revocations', up: revocations.up },
  { name: '0005-audit-of-sign-ins', up: auditOfSignIns.up },
  { name: '0006-known-devices', up: knownDevices.up },
]
