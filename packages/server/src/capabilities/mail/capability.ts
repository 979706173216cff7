import type { Capability } from '../../capability.ts'
import { settingsOf } from '../../config/setting.ts'
import { mailSettings } from './settings.ts'

declare module '../../capability.ts' {
  interface ServerPermissions {
    'mail:read': true
    'mail:write': true
  }
}

/** Messages to people, by e-mail. */
export const mail: Capability = {
  name: 'mail',
  settings: mailSettings,
  migrations: [{ name: '0007-mail', load: () => import('../../migrations/0007-mail.ts') }],
  errors: { mail_not_configured: 501, mail_not_found: 404, mail_not_resendable: 409 },
  personalData: async () => (await import('./personal-data.ts')).mailData,
  permissions: ['mail:read', 'mail:write'],
  async prepare({ config }) {
    if (settingsOf(config, mailSettings).templates !== undefined)
      (await import('./templates.ts')).templatesOf(config)
  },
  commands: [
    { name: 'mail', summary: 'list messages and send them again', load: () => import('./commands.ts') },
  ],
  jobs: [
    {
      name: 'send mail',
      everyMs: 5_000,
      wokenBy: (ctx) => ctx.instance.mailQueued,
      run: async (ctx, stopping) => (await import('./send.ts')).sendDue(ctx, stopping),
    },
    {
      name: 'sweep mail',
      everyMs: 60_000,
      run: async (ctx) => (await import('./service.ts')).sweepMail(ctx),
    },
  ],
  routes: async () => {
    const [routes, mailbox] = await Promise.all([import('./routes.ts'), import('./mailbox-routes.ts')])
    return [routes.mailRoutes, mailbox.mailboxRoutes]
  },
}
