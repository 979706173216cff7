import { DomainError } from '../../platform/errors.ts'

/** A form that another site sent, or one that was shown before the last sign-in. */
export class ForeignForm extends DomainError {
  readonly code = 'foreign_form'
  readonly title = 'This form is out of date'

  constructor() {
    super({ detail: 'Go back, reload the page and try again.' })
  }
}

/** The browser does not send back the cookie that a form needs. */
export class CookiesRequired extends DomainError {
  readonly code = 'cookies_required'
  readonly title = 'Cookies are blocked'

  constructor() {
    super({ detail: 'Allow cookies for this site, reload the page and try again.' })
  }
}
