import type { FieldError } from '../../platform/errors.ts'
import { InvalidInput } from '../../platform/errors.ts'
import { type EmailAddress, readEmail } from './emails.ts'
import { readPassword } from './passwords.ts'
import type { Reading } from './reading.ts'
import { readUsername, type Username } from './usernames.ts'

interface Given {
  username?: string | undefined
  email?: string | null | undefined
  password?: string | undefined
}

/** Each field as it was read: present where it was given. */
type Read<G extends Given> = {
  username: G['username'] extends string ? Username : Username | undefined
  /** null where it is to be removed. */
  email: EmailAddress | null | undefined
  password: G['password'] extends string ? string : string | undefined
}

/**
 * Reads the fields of an account, whoever gave them.
 *
 * @throws InvalidInput (422) with one entry for each bad field
 */
export function readFields<G extends Given>(given: G): Read<G> {
  const errors: FieldError[] = []
  function read<T>(field: keyof Given, reader: (text: string) => Reading<T>): T | undefined {
    const text = given[field]
    if (text === undefined || text === null) return undefined
    const reading = reader(text)
    if (reading.ok) return reading.value
    errors.push({ field, code: reading.code, detail: reading.detail })
    return undefined
  }
  const fields = {
    username: read('username', readUsername),
    email: given.email === null ? null : read('email', readEmail),
    password: read('password', readPassword),
  }
  if (errors.length > 0) throw new InvalidInput(errors)
  // with no error, what was given was read
  return fields as Read<G>
}
