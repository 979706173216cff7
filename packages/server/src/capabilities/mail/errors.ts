import { DomainError } from '../../platform/errors.ts'

/** What was asked for sends mail, and the server has no mail server to send it by. */
export class MailNotConfigured extends DomainError {
  readonly code = 'mail_not_configured'
  readonly title = 'Not implemented'

  constructor() {
    super({ detail: 'This server does not send mail. Its operator can set GATEHOUSE_MAIL_URL.' })
  }
}

/** No message has this id, or it is too old to be listed. */
export class MailNotFound extends DomainError {
  readonly code = 'mail_not_found'
  readonly title = 'Message not found'

  constructor() {
    super({ detail: 'No message has this id.' })
  }
}

/** The message was sent, which erased what it said, or it is being sent at this moment. */
export class MailNotResendable extends DomainError {
  readonly code = 'mail_not_resendable'
  readonly title = 'Not resendable'

  constructor() {
    super({
      detail: 'This message was sent, or is being sent right now. Ask for what it says again instead.',
    })
  }
}
