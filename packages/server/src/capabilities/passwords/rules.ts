import { settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'
import type { Context } from '../../context.ts'
import { InvalidInput } from '../../platform/errors.ts'
import type { Reading } from '../../platform/reading.ts'
import { appNameOf } from '../mail/index.ts'
import { passwordSettings } from './settings.ts'

declare const read: unique symbol

/** A new password that `passwordReader` has read. */
export type ReadPassword = string & { readonly [read]: true }

/** How long a new password is, in characters (code points). */
export function passwordLength(config: Config): { readonly min: number; readonly max: number } {
  return { min: settingsOf(config, passwordSettings).minLength, max: 256 }
}

/**
 * Reads a new password: any Unicode, as long as `passwordLength` says, in NFC so that it does not matter how a keyboard
 * composes an accent. NOT checked here: how easily it is guessed (`requireStrength`).
 */
export function passwordReader(config: Config): (text: string) => Reading<ReadPassword> {
  const { min, max } = passwordLength(config)
  return (text) => {
    const password = normalisePassword(text)
    const length = [...password].length
    if (length < min)
      return { ok: false, code: 'too_short', detail: `A password has at least ${min} characters.` }
    if (length > max)
      return { ok: false, code: 'too_long', detail: `A password has at most ${max} characters.` }
    return { ok: true, value: password as ReadPassword }
  }
}

/**
 * Reads a new password that is the only field to read.
 *
 * @throws InvalidInput (`invalid_input`, 422) naming `password`
 */
export function readNewPassword(config: Config, text: string): ReadPassword {
  const reading = passwordReader(config)(text)
  if (reading.ok) return reading.value
  throw new InvalidInput([{ field: 'password', code: reading.code, detail: reading.detail }])
}

/** The form in which passwords are hashed and compared. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC')
}

/** Whose a new password is: what somebody who guesses it would try first. */
export interface PasswordOwner {
  readonly username: string
  readonly email?: string | null | undefined
}

/** zxcvbn's score, 0 to 4: "safely unguessable, moderate protection from an offline attack". */
const minScore = 3

/**
 * Refuses a password that is easy to guess for anyone who knows its owner and the application.
 *
 * @throws InvalidInput (`invalid_input`, 422) naming `password`; HashQueueFull (503)
 */
export async function requireStrength(
  ctx: Context,
  password: ReadPassword,
  owner: PasswordOwner,
  lane?: string,
): Promise<void> {
  if ((await ctx.hasher.score(password, wordsAround(ctx.config, owner), lane)) >= minScore) return
  const detail = 'This password is too easy to guess. Make it longer or less predictable.'
  throw new InvalidInput([{ field: 'password', code: 'weak_password', detail }])
}

/** Words that make a password no stronger (SP 800-63B-4, section 3.1.1.2: "context-specific words"). */
function wordsAround(config: Config, { username, email }: PasswordOwner): string[] {
  const app = appNameOf(config)
  const local = email?.slice(0, email.lastIndexOf('@'))
  const words = [username, email, local, app, app.replace(/\s/gu, ''), ...app.split(/\s+/u)]
  return [...new Set(words.filter((word): word is string => Boolean(word)))]
}
