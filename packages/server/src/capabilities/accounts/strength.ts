import type { Context } from '../../platform/context.ts'
import { InvalidInput } from '../../platform/errors.ts'

/** zxcvbn's score, 0 to 4: "safely unguessable, moderate protection from an offline attack". */
const leastScore = 3

/**
 * Refuses a password that is easy to guess, for whoever knows the username.
 *
 * @throws InvalidInput (`invalid_input`, 422) naming `password`; HashQueueFull (503)
 */
export async function requireStrength(
  ctx: Context,
  password: string,
  username: string,
  lane?: string,
): Promise<void> {
  if ((await ctx.hasher.score(password, [username], lane)) >= leastScore) return
  const detail = 'This password is too easy to guess: make it longer, or less of a pattern.'
  throw new InvalidInput([{ field: 'password', code: 'weak_password', detail }])
}
