import { createHmac, randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import { normalisePassword } from '../passwords/index.ts'

/** Names that one wrong password may be tried at within an hour before strangers' attempts with it are slowed. */
export const onePassword = { attempts: 10, seconds: 3600 } as const

/**
 * The key of this process, which ends with it: what was typed is counted under digests that exist in this memory alone, so
 * that neither the database nor a backup tells anything about a password, right or wrong.
 */
const processKey = randomBytes(32)

const digest = (...parts: string[]): string =>
  createHmac('sha256', processKey).update(JSON.stringify(parts)).digest('base64url')

/** A password that was typed, counted by the names that it is wrong for. */
export interface TypedPassword {
  /** What attempts with the same password share, in this process. */
  readonly key: string
  /** The names that it was wrong for within the hour. */
  names(): Promise<number>
  /** Counts one more name: once, however often the password is tried there. A right password counts nowhere. */
  wrongFor(name: string): Promise<void>
}

export function typedPassword(ctx: Context, typed: string): TypedPassword {
  const password = normalisePassword(typed)
  const key = digest(password)
  const passwords = ctx.throttles.local('sign-in-password', onePassword)
  return {
    key,
    names: () => passwords.made(key),
    async wrongFor(name) {
      const pairs = ctx.throttles.local('sign-in-password-at', onePassword)
      if ((await pairs.count(digest(password, name))) === 1) await passwords.count(key)
    },
  }
}
