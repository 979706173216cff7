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
    { name: '0011-audit-chain', load: () => import('../../migrations/0011-audit-chain.ts') },
  ],
  permissions: ['audit:read'],
  jobs: [
    {
      name: 'write failures',
      everyMs: 1_000,
      run: async (ctx) => (await import('./failures.ts')).writeFailures(ctx),
    },
    {
      name: 'chain audit',
      everyMs: 1_000,
      run: async (ctx) => void (await (await import('./chain.ts')).chainEvents(ctx)),
    },
    {
      name: 'sign audit checkpoint',
      everyMs: 60_000,
      run: async (ctx) => (await import('./checkpoints.ts')).checkpointIfDue(ctx),
    },
    {
      name: 'sweep audit',
      everyMs: 60_000,
      run: async (ctx) => (await import('./retention.ts')).sweepAudit(ctx),
    },
  ],
  personalData: async () => (await import('./personal-data.ts')).auditData,
  routes: async () => [(await import('./routes.ts')).auditRoutes],
}
