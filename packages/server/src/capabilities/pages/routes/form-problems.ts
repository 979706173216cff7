import { DomainError, InvalidInput } from '../../../platform/errors.ts'
import { type FieldProblems, type Notice, problemsNotice } from './look/fields.ts'
import type { Texts } from './texts.ts'

/** Why a form came back: the status of the page, and what to say at its fields or above them. */
export interface Rejection {
  readonly status: number
  readonly fields: FieldProblems
  readonly general?: string | undefined
}

/**
 * What went wrong with a form, for people to mend. Errors that no change of the form can mend are thrown on.
 *
 * @param fieldOf the field of the form that an error's code belongs to
 */
export function rejectionOf(
  error: unknown,
  t: Texts,
  fieldOf: Readonly<Record<string, string>> = {},
): Rejection {
  if (error instanceof InvalidInput) {
    const fields = error.errors?.map(({ field, code, detail }) => [
      field,
      t.optional(`invalid.${code}`) ?? detail,
    ])
    return { status: 422, fields: Object.fromEntries(fields ?? []) }
  }
  const status = error instanceof DomainError ? mendable.get(error.code) : undefined
  if (!(error instanceof DomainError) || status === undefined) throw error
  const text = t.optional(`problem.${error.code}`) ?? error.detail ?? error.title
  const field = fieldOf[error.code]
  return field === undefined ? { status, fields: {}, general: text } : { status, fields: { [field]: text } }
}

/** What a form that came back says first. */
export function noticeOf(t: Texts, { fields, general }: Rejection): Notice | undefined {
  return general === undefined ? problemsNotice(t, fields) : { kind: 'bad', text: general }
}

/** Errors after which the same form makes sense again, and the status of its page. */
const mendable: ReadonlyMap<string, number> = new Map([
  ['wrong_credentials', 401],
  ['wrong_factor', 401],
  ['account_disabled', 403],
  ['invalid_challenge', 400],
  ['username_taken', 409],
  ['email_taken', 409],
  ['nothing_to_verify', 409],
  ['mail_not_configured', 501],
  ['password_changed', 409],
  ['last_administrator', 409],
  ['too_many_attempts', 429],
  ['hash_queue_full', 503],
])
