import type { Capability } from '../../capability.ts'

/** Looking into what happened: the audit log, and how far a stolen token reached. */
export const investigation: Capability = {
  name: 'investigation',
  commands: [
    {
      name: 'audit',
      summary: 'list, verify and export the audit log',
      load: () => import('./audit-commands.ts'),
    },
  ],
}
