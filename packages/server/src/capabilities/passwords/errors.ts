import { DomainError, InvalidInput } from '../../platform/errors.ts'

/** The password changed while this request was in progress. */
export class PasswordChangedMeanwhile extends DomainError {
  readonly code = 'password_changed'
  readonly title = 'Password changed meanwhile'

  constructor() {
    super({ detail: 'The password was changed by another request; try again with the new one.' })
  }
}

/** `current_password` is missing or wrong. */
export function currentPasswordRefused(reason: 'required' | 'wrong_password'): InvalidInput {
  const detail = {
    required: 'To set a new password, send the current one.',
    wrong_password: 'This is not your current password.',
  }[reason]
  return new InvalidInput([{ field: 'current_password', code: reason, detail }])
}
