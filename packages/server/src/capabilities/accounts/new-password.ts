import type { Context } from '../../platform/context.ts'
import { InvalidInput, TooManyAttempts } from '../../platform/errors.ts'
import { noteFailure } from '../audit/index.ts'
import { passwordHashOf } from './credentials-store.ts'
import { normalisePassword } from './passwords.ts'
import { findById } from './store.ts'
import { requireStrength } from './strength.ts'

/** A password that was checked and hashed, ready to replace another. */
export interface NewPassword {
  readonly hash: string
  /** The hash that it replaces, where the current password was asked for; any, otherwise. */
  readonly replacing: string | undefined
}

/**
 * Checks and hashes a password that is to replace the present one, and the present one where it is asked for.
 *
 * @throws InvalidInput (422) naming `current_password` or `password`, TooManyAttempts (429); the hasher's 503
 */
export async function prepareNewPassword(
  ctx: Context,
  userId: string,
  password: string,
  options: { username: string | undefined; current: { password: string | undefined } | undefined },
): Promise<NewPassword> {
  const replacing = options.current && (await requireCurrent(ctx, userId, options.current.password))
  const username = options.username ?? (await findById(ctx.db, userId))?.username ?? ''
  await requireStrength(ctx, password, username)
  return { hash: await ctx.hasher.hash(password), replacing }
}

/** A stolen token is no licence to guess the password: ten wrong ones in fifteen minutes are enough. */
const guesses = { attempts: 10, seconds: 900 } as const

/** Gives the hash that the current password was found to match. */
async function requireCurrent(ctx: Context, userId: string, current: string | undefined): Promise<string> {
  if (current === undefined) {
    throw refusal('required', 'To choose a new password, give the present one.')
  }
  const throttle = ctx.throttles.limiter('current-password', guesses)
  const wait = await throttle.take(userId)
  if (wait > 0) {
    noteFailure(ctx, { action: 'password.throttled', userId, reason: 'too_many_attempts' })
    ctx.caller?.note({ event: 'password.throttled', userId, level: 'warn' })
    throw new TooManyAttempts(wait)
  }
  const hash = await passwordHashOf(ctx.db, userId)
  if (hash === undefined || !(await ctx.hasher.verify(hash, normalisePassword(current)))) {
    noteFailure(ctx, { action: 'password.failed', userId, reason: 'wrong_password' })
    ctx.caller?.note({ event: 'password.failed', userId, level: 'warn' })
    throw refusal('wrong_password', 'This is not your present password.')
  }
  await throttle.clear(userId)
  return hash
}

function refusal(code: string, detail: string): InvalidInput {
  return new InvalidInput([{ field: 'current_password', code, detail }])
}
