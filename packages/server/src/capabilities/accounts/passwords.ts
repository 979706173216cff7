import type { Reading } from './reading.ts'

export const passwordLength = { min: 8, max: 256 } as const

/**
 * Reads a password: any Unicode, 8 to 256 characters (code points), in NFC so that it does not matter which keyboard
 * composes an accent. NOT looked at here: how easily it is guessed (`ctx.hasher` tells).
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
