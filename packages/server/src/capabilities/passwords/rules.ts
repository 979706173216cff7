import type { Context } from '../../context.ts'
import { InvalidInput } from '../../platform/errors.ts'
import type { Reading } from '../../platform/reading.ts'

export const passwordLength = { min: 8, max: 256 } as const

/**
 * Reads a password: any Unicode, 8 to 256 characters (code points), in NFC so that it does not matter how a keyboard
 * composes an accent. NOT checked here: how easily it is guessed (`requireStrength`).
 */
export function readPassword(text: string): Reading<string> {
  const password = normalisePassword(text)
  const length = [...password].length
  if (length < passwordLength.min) {
    return { ok: false, code: 'too_short', detail: 'A password has at least 8 characters.' }
  }
  if (length > passwordLength.max) {
    return { ok: false, code: 'too_long', detail: 'A password has at most 256 characters.' }
  }
  return { ok: true, value: password }
}

/** The form in which passwords are hashed and compared. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC')
}

/** zxcvbn's score, 0 to 4: "safely unguessable, moderate protection from an offline attack". */
const minScore = 3

/**
 * Refuses a password that is easy to guess for anyone who knows the username.
 *
 * @throws InvalidInput (`invalid_input`, 422) naming `password`; HashQueueFull (503)
 */
export async function requireStrength(
  ctx: Context,
  password: string,
  username: string,
  lane?: string,
): Promise<void> {
  if ((await ctx.hasher.score(password, [username], lane)) >= minScore) return
  const detail = 'This password is too easy to guess. Make it longer or less predictable.'
  throw new InvalidInput([{ field: 'password', code: 'weak_password', detail }])
}
