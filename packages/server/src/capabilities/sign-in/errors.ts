import { DomainError } from '../../platform/errors.ts'

/** Sign-up is not open (GATEHOUSE_SIGN_UP). */
export class SignUpClosed extends DomainError {
  readonly code = 'sign_up_closed'
  readonly title = 'Sign-up closed'

  constructor() {
    super({ detail: 'Sign-up is closed. Ask an administrator for an account.' })
  }
}

/** An unknown user or a wrong password; the answer does not say which. */
export class WrongCredentials extends DomainError {
  readonly code = 'wrong_credentials'
  readonly title = 'Wrong username or password'

  constructor() {
    super({ detail: 'Wrong username or password.' })
  }
}

/** A token of the application before is no good: forged, too old, used, of nobody here, or older than the password. */
export class LegacyTokenRefused extends DomainError {
  readonly code = 'legacy_token_refused'
  readonly title = 'Old token refused'

  constructor() {
    super({ detail: 'This token cannot be exchanged. Sign in.' })
  }
}

/** No tokens of an application before are exchanged here, or not any more. */
export class LegacyExchangeClosed extends DomainError {
  readonly code = 'legacy_exchange_closed'
  readonly title = 'Not found'

  constructor() {
    super({ detail: 'Old tokens are not exchanged here. Sign in.' })
  }
}

/** The account is disabled. Only a caller with the right password gets this answer. */
export class AccountDisabled extends DomainError {
  readonly code = 'account_disabled'
  readonly title = 'Account disabled'

  constructor() {
    super({ detail: 'This account is disabled. Ask an administrator.' })
  }
}

/** What was proven is not enough for this account. `challenge` and one of `factors` are for `POST /auth/factor`. */
export class FactorRequired extends DomainError {
  readonly code = 'factor_required'
  readonly title = 'Second factor required'

  constructor({ challenge, factors }: { readonly challenge: string; readonly factors: readonly string[] }) {
    super({ detail: 'Confirm with a second factor to finish signing in.', members: { challenge, factors } })
  }
}

/** Everything was right, but the account is to be deleted, as its owner asked. `challenge` is for `POST /auth/cancel-deletion`. */
export class DeletionPending extends DomainError {
  readonly code = 'deletion_pending'
  readonly title = 'Account to be deleted'

  constructor(challenge: string, dueAt: number) {
    const deletion_at = new Date(dueAt).toISOString()
    super({
      detail: 'This account is to be deleted. Cancel that to keep it.',
      members: { challenge, deletion_at },
    })
  }
}

/** The password was right, and is to be replaced before a session opens. `challenge` is for `POST /auth/change-password`. */
export class PasswordChangeRequired extends DomainError {
  readonly code = 'password_change_required'
  readonly title = 'Password change required'

  constructor(challenge: string) {
    super({ detail: 'Choose a new password to finish signing in.', members: { challenge } })
  }
}

/**
 * The e-mail address has to be verified before a session opens. `challenge` is for `POST /auth/continue-sign-in`, once it is;
 * `email_challenge` belongs to the code that was sent.
 */
export class EmailUnverified extends DomainError {
  readonly code = 'email_unverified'
  readonly title = 'E-mail address not verified'

  constructor(challenge: string, emailChallenge?: string) {
    const members = {
      challenge,
      ...(emailChallenge === undefined ? {} : { email_challenge: emailChallenge }),
    }
    super({ detail: 'Verify your e-mail address to finish signing in.', members })
  }
}
