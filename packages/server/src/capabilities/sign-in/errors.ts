import { Problem } from '../../platform/errors.ts'

/** Nobody signs up here by themselves (GATEHOUSE_SIGN_UP). */
export class SignUpClosed extends Problem {
  readonly code = 'sign_up_closed'
  readonly status = 403
  readonly title = 'Sign-up closed'

  constructor() {
    super({ detail: 'Sign-up is closed here; ask an administrator for an account.' })
  }
}

/** The user is unknown or the password wrong; which, is not told. */
export class WrongCredentials extends Problem {
  readonly code = 'wrong_credentials'
  readonly status = 401
  readonly title = 'Wrong username or password'

  constructor() {
    super({ detail: 'Wrong username or password.' })
  }
}

/** The password is right, but the account is disabled: told only to who knows the password. */
export class AccountDisabled extends Problem {
  readonly code = 'account_disabled'
  readonly status = 403
  readonly title = 'Account disabled'

  constructor() {
    super({ detail: 'This account is disabled; ask an administrator.' })
  }
}
