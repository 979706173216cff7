import type { Context } from '../../context.ts'
import { mailWayOf } from './settings.ts'

/** Says in the log of a server that starts what becomes of mail. */
export function logMailWay({ config, log }: Pick<Context, 'config' | 'log'>, url: string): void {
  const way = mailWayOf(config)
  if (way.kind === 'mailbox')
    log.info({ mailbox: `${url}/dev/mail` }, 'no mail server is set: messages stay in the mailbox')
  if (way.kind === 'none')
    log.warn(
      {},
      'no mail server is set: whatever needs mail is refused (mail_not_configured), and notices are left out. Set GATEHOUSE_MAIL_URL and GATEHOUSE_MAIL_FROM',
    )
}
