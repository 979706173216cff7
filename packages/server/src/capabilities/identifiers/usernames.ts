import type { Reading } from '../../platform/reading.ts'
import { latinised } from './lookalikes.ts'
import { readScript } from './scripts.ts'

export interface Username {
  /** As it is shown. */
  readonly username: string
  /** With its case folded: what a search looks at. */
  readonly folded: string
  /** What makes it unique: names that can't be told apart have the same. */
  readonly key: string
}

export const usernameLength = { min: 3, max: 32 } as const

const invisible = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u
const allowed = /^[\p{L}\p{M}0-9._-]+$/u
const hasSubstance = /[\p{L}0-9]/u

/**
 * Reads a username: NFKC, 3 to 32 letters of one script, digits, `.`, `_` and `-`; nothing invisible, no
 * letter that is made to look like another. Vowel signs count as letters where they belong to the script.
 *
 * @example readUsername('Zoë') // { ok: true, value: { username: 'Zoë', folded: 'zoë', key: 'zoë' } }
 */
export function readUsername(text: string): Reading<Username> {
  const username = text.normalize('NFKC')
  const fault = faultOf(username)
  return fault ?? { ok: true, value: { username, folded: foldCase(username), key: usernameKey(username) } }
}

function faultOf(username: string): (Reading<never> & { ok: false }) | undefined {
  const length = [...username].length
  if (length < usernameLength.min) return refuse('too_short', 'A username has at least 3 characters.')
  if (length > usernameLength.max) return refuse('too_long', 'A username has at most 32 characters.')
  if (invisible.test(username)) {
    return refuse('invalid_characters', 'A username cannot contain spaces or invisible characters.')
  }
  if (!allowed.test(username)) {
    return refuse('invalid_characters', 'A username is made of letters, digits, ".", "_" and "-".')
  }
  if (!hasSubstance.test(username)) {
    return refuse('invalid_characters', 'A username contains at least one letter or digit.')
  }
  const script = readScript(username)
  return script.ok ? undefined : script
}

function refuse(code: string, detail: string): Reading<never> & { ok: false } {
  return { ok: false, code, detail }
}

/** What two usernames have in common when they count as the same. */
export function usernameKey(text: string): string {
  return latinised(foldCase(text))
}

/**
 * Folds case the way identifiers are compared (the spirit of Unicode's NFKC_Casefold, which JavaScript lacks):
 * there and back through upper case joins `ß`, `ẞ` and `ss`, both sigmas, dotless and dotted i. Code point by code
 * point, because lower-casing a whole word treats its last sigma differently, and then a part of a name would no
 * longer be found in it.
 */
export function foldCase(text: string): string {
  const folded = Array.from(text.normalize('NFKC'), foldCodePoint).join('')
  // İ folds to an i with a dot above it, which looks like an i
  return folded.replaceAll('i\u0307', 'i').normalize('NFKC')
}

function foldCodePoint(codePoint: string): string {
  return codePoint.toLowerCase().toUpperCase().toLowerCase()
}
