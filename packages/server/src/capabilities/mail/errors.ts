import { DomainError } from '../../platform/errors.ts'

/** What was asked for sends mail, and the server has no mail server to send it by. */
export class MailNotConfigured extends DomainError {
  readonly code = 'mail_not_configured'
  readonly title = 'Not implemented'

  constructor() {
    super({ detail: 'This server does not send mail. Its operator can set GATEHOUSE_MAIL_URL.' })
  }
}
