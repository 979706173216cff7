import type { Capability } from '../../capability.ts'
import * as auditOfSignIns from '../../migrations/0005-audit-of-sign-ins.ts'
import { writeFailures } from './failures.ts'
import { sweepAudit } from './service.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'audit:read': true
  }
}

/** The audit log. */
export const audit: Capability = {
  name: 'audit',
  migrations: [{ name: '0005-audit-of-sign-ins', up: auditOfSignIns.up }],
  permissions: ['audit:read'],
  jobs: [
    { name: 'write failures', everyMs: 1_000, run: writeFailures },
    { name: 'sweep audit', everyMs: 60_000, run: sweepAudit },
  ],
  routes: async () => [(await import('./routes.ts')).auditRoutes],
}
