import type { Config } from '../../config.ts'
import { readable } from '../identifiers/index.ts'
import { passwordLength, passwordReader } from './rules.ts'

/** A row of `credentials`: the password of an account. An account without a row has no password. */
export interface CredentialsTable {
  user_id: string
  /** In PHC string format: algorithm, parameters, salt and hash. */
  password_hash: string
  /** Of a hash that another product made: what checking it costs (see `costOf`). Null once it is one of ours. */
  foreign_cost: string | null
  changed_at: number
  /** 1 for a password that somebody else chose, and that the user has to replace at the next sign-in; otherwise 0. */
  must_change: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    credentials: CredentialsTable
  }
}

/** A new password in a request. */
export function passwordField(config: Config) {
  const { min, max } = passwordLength(config)
  return readable(passwordReader(config)).openapi({
    format: 'password',
    minLength: min,
    maxLength: max,
    description: 'Any Unicode, but not easily guessed.',
    example: 'staple-horse-battery-9',
  })
}
