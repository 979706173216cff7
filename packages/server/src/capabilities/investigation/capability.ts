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
    {
      name: 'blast-radius',
      summary: 'show what a session, user, token or key could reach and did, and end it',
      load: () => import('./blast-radius-commands.ts'),
    },
  ],
}
