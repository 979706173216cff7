import type { Capability } from '../../capability.ts'
import { mailSettings } from './settings.ts'

/** Messages to people, by e-mail. */
export const mail: Capability = {
  name: 'mail',
  settings: mailSettings,
  migrations: [{ name: '0007-mail', load: () => import('../../migrations/0007-mail.ts') }],
  errors: { mail_not_configured: 501 },
  personalData: async () => (await import('./personal-data.ts')).mailData,
}
