import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common'
import { dictionary as english } from '@zxcvbn-ts/language-en'
import type { PasswordScore } from './hasher.ts'

const zxcvbn = new ZxcvbnFactory({ dictionary: { ...common, ...english }, graphs: adjacencyGraphs })

/**
 * How hard a password is to guess for an attacker who knows `context` (the username).
 *
 * Loading this module takes about 400 ms and 70 MB, and long passwords take seconds: import it late, in a thread, and
 * pass only the beginning of a password.
 */
export function scorePassword(password: string, context: readonly string[]): PasswordScore {
  return zxcvbn.check(password, [...context]).score
}
