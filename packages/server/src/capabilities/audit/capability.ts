import type { Capability } from '../../capability.ts'
import { auditSettings } from './settings.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'audit:read': true
  }
}

/** The audit log. */
export const audit: Capability = {
  name: 'audit',
  settings: auditSettings,
  migrations: [
    { name: '0005-audit-of-sign-ins', load: () => import('../../migrations/0005-audit-of-sign-ins.ts') },
  ],
  permissions: ['audit:read'],
  jobs: [
    {
      name: 'write failures',
      everyMs: 1_000,
      run: async (ctx) => (await import('./failures.ts')).writeFailures(ctx),
    },
    {
      name: 'sweep audit',
      everyMs: 60_000,
      run: async (ctx) => (await import('./service.ts')).sweepAudit(ctx),
    },
  ],
  personalData: async () => (await import('./personal-data.ts')).auditData,
  routes: async () => [(await import('./routes.ts')).auditRoutes],
}
