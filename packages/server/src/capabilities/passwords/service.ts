import type { Context } from '../../context.ts'
import type { Lane } from '../../platform/crypto/hasher.ts'
import { InvalidInput, TooManyAttempts } from '../../platform/errors.ts'
import { noteFailure } from '../audit/index.ts'
import { forgetDevicesOf } from '../devices/index.ts'
import { endSessionsOf } from '../sessions/index.ts'
import { requireUnbreached } from './breached.ts'
import { currentPasswordRefused, PasswordChangedMeanwhile } from './errors.ts'
import { normalisePassword, type PasswordOwner, type ReadPassword, requireStrength } from './rules.ts'
import { findHash, saveHash } from './store.ts'

/**
 * Checks a password that was read and hashes it. This takes long, so it belongs before the transaction.
 *
 * @param lane who the work is counted for (an address), where many ask at once
 * @throws InvalidInput (422) naming `password`; HashQueueFull (503)
 */
export async function hashNewPassword(
  ctx: Context,
  password: ReadPassword,
  owner: PasswordOwner,
  lane?: string,
): Promise<string> {
  await requireStrength(ctx, password, owner, lane)
  await requireUnbreached(ctx, password)
  return ctx.hasher.hash(password, lane)
}

/** Gives a new account its password, which its user may have to replace at the first sign-in. */
export async function addPassword(
  ctx: Context,
  userId: string,
  hash: string,
  mustChange: boolean,
): Promise<void> {
  await saveHash(ctx.db, userId, { hash, replacing: null, mustChange, now: ctx.clock.now() })
}

/**
 * Whether a password, as typed, matches a hash. Without a hash (no such user, or a user without a password) it costs
 * the same and is wrong. While there are hashes of other products, which cost more or less than ours, it costs for
 * each `name` what one of the accounts' passwords costs.
 *
 * @param name what was typed as the username, in one spelling
 * @throws HashQueueFull (503)
 */
export async function verifyPassword(
  ctx: Context,
  hash: string | undefined,
  typed: string,
  { lane, name = '' }: { lane?: Lane; name?: string } = {},
): Promise<boolean> {
  return hash === undefined
    ? ctx.hasher.verifyNothing(typed, lane, ctx.instance.passwordCosts.costFor(ctx, name))
    : ctx.hasher.verify(hash, typed, lane)
}

/**
 * Hashes a password that was just verified again if the hashing parameters have changed since. A password changed
 * meanwhile is left alone. Returns the hash that the password was found to match.
 *
 * @throws HashQueueFull (503)
 */
export async function rehash(
  ctx: Context,
  userId: string,
  hash: string,
  typed: string,
  lane?: Lane,
): Promise<string> {
  if (!ctx.hasher.needsRehash(hash)) return hash
  const fresh = await ctx.hasher.hash(normalisePassword(typed), lane)
  const saved = await saveHash(ctx.db, userId, { hash: fresh, replacing: hash, now: undefined })
  return saved ? fresh : hash
}

/**
 * Refuses the password that an account has already, where another is asked for.
 *
 * @throws InvalidInput (422) naming `password`; HashQueueFull (503)
 */
export async function requireAnother(
  ctx: Context,
  userId: string,
  password: string,
  lane: string,
): Promise<void> {
  const hash = await findHash(ctx.db, userId)
  if (hash === undefined || !(await ctx.hasher.verify(hash, password, lane))) return
  const detail = 'This is the password that has to be replaced. Choose another one.'
  throw new InvalidInput([{ field: 'password', code: 'same_password', detail }])
}

/** A checked and hashed password, ready to replace another. */
export interface NewPassword {
  readonly hash: string
  /** The hash that it replaces (null: none) if the current password was checked; undefined replaces any. */
  readonly replacing: string | null | undefined
  /** Whether the user has to replace it in turn, at the next sign-in: somebody else chose it. */
  readonly mustChange?: boolean | undefined
}

/**
 * Checks the current password where it is required, then checks and hashes the new one.
 *
 * @param options.owner the account, as it will be
 * @param options.current the current password as typed, where it is required
 * @throws InvalidInput (422) naming `current_password` or `password`, TooManyAttempts (429), HashQueueFull (503)
 */
export async function prepareNewPassword(
  ctx: Context,
  userId: string,
  password: ReadPassword,
  options: { owner: PasswordOwner; current: { password: string | undefined } | undefined },
): Promise<NewPassword> {
  const replacing = options.current && (await requireCurrent(ctx, userId, options.current.password))
  return { hash: await hashNewPassword(ctx, password, options.owner), replacing }
}

/** A stolen token must not allow guessing the password: ten wrong ones in fifteen minutes are enough. */
const guesses = { attempts: 10, seconds: 900 } as const

/**
 * Returns the hash that the current password matches. An account without a password has no current one to send: null
 * then, and any that is sent is wrong.
 */
async function requireCurrent(
  ctx: Context,
  userId: string,
  current: string | undefined,
): Promise<string | null> {
  if (current === undefined) {
    if ((await findHash(ctx.db, userId)) === undefined) return null
    throw currentPasswordRefused('required')
  }
  const hash = await checkCurrentPassword(ctx, userId, current)
  if (hash === undefined) throw currentPasswordRefused('wrong_password')
  return hash
}

/**
 * The hash that a signed-in user's password matches, as typed; undefined for a wrong one, which is counted.
 *
 * @throws TooManyAttempts (429), HashQueueFull (503)
 */
export async function checkCurrentPassword(
  ctx: Context,
  userId: string,
  current: string,
): Promise<string | undefined> {
  const throttle = ctx.throttles.limiter('current-password', guesses)
  const wait = await throttle.take(userId)
  if (wait > 0) {
    noteFailure(ctx, { action: 'password.throttled', userId, reason: 'too_many_attempts' })
    ctx.caller?.note({ event: 'password.throttled', userId, level: 'warn' })
    throw new TooManyAttempts(wait)
  }
  const hash = await findHash(ctx.db, userId)
  if (!(await verifyPassword(ctx, hash, current)) || hash === undefined) {
    noteFailure(ctx, { action: 'password.failed', userId, reason: 'wrong_password' })
    ctx.caller?.note({ event: 'password.failed', userId, level: 'warn' })
    return undefined
  }
  await throttle.clear(userId)
  return hash
}

/** Whose doing a new password is. */
export type ChangedBy =
  /** The user's, with a session that goes on or none. */
  | { readonly kind: 'owner'; readonly session: string | undefined }
  /** Somebody else's, or of a user who lost the old one: nobody knows who signed in with that, so no device stays known. */
  | { readonly kind: 'reset' }

/**
 * Replaces a user's password and ends their sessions, in the transaction that `ctx` is.
 *
 * @throws PasswordChangedMeanwhile (409)
 */
export async function replacePassword(
  ctx: Context,
  userId: string,
  { hash, replacing, mustChange = false }: NewPassword,
  by: ChangedBy,
): Promise<void> {
  if (!(await saveHash(ctx.db, userId, { hash, replacing, mustChange, now: ctx.clock.now() })))
    throw new PasswordChangedMeanwhile()
  if (by.kind === 'reset') await forgetDevicesOf(ctx, userId)
  const except = by.kind === 'owner' ? by.session : undefined
  await endSessionsOf(ctx, userId, 'password_changed', { except })
}
