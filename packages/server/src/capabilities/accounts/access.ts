import type { Actor, Context } from '../../platform/context.ts'
import { isGrantGood } from '../grants/index.ts'
import {
  Forbidden,
  hasPermission,
  lockPower,
  requirePermission,
  requireWithinPower,
  type ServerPermission,
} from '../roles/index.ts'
import { SessionEnded } from '../sessions/index.ts'
import { RecentSignInRequired, UserNotFound } from './errors.ts'
import { findById, lockUser, type UserRow } from './store.ts'

/** Seconds since the sign-in, at most, to change what an account is got into with. */
export const recentSignIn = 600

/** Whether somebody acts on their own account. */
export function isSelf(actor: Actor, userId: string): actor is Actor & { kind: 'user' } {
  return actor.kind === 'user' && actor.id === userId
}

/**
 * Opens somebody's account for a change in this transaction: their own, as long as they are signed in; another's, for who
 * holds `permission` and everything that the other holds. Others wait until the transaction ends.
 *
 * @throws Forbidden (403), AudienceRequired (403), UserNotFound (404, for who may read all), SessionEnded (401)
 */
export async function openForChange(
  ctx: Context,
  actor: Actor,
  userId: string,
  permission: ServerPermission,
): Promise<UserRow> {
  if (isSelf(actor, userId)) return openOwn(ctx, actor)
  await lockPower(ctx)
  await requirePermission(ctx, actor, permission)
  const row = await lockUser(ctx.db, userId)
  if (row === undefined) throw await missing(ctx, actor, userId)
  await requireWithinPower(ctx, actor, userId)
  return row
}

async function openOwn(ctx: Context, actor: Actor & { kind: 'user' }): Promise<UserRow> {
  const row = await lockUser(ctx.db, actor.id)
  const isGood = await isGrantGood(ctx, actor.session, actor.id)
  if (row === undefined || row.disabled_at !== null || !isGood) throw new SessionEnded()
  return row
}

/**
 * Refuses, without changing or locking anything, whoever `openForChange` would refuse: for what is costly and has to happen
 * before the transaction.
 */
export async function requireMayChange(
  ctx: Context,
  actor: Actor,
  userId: string,
  permission: ServerPermission,
): Promise<void> {
  if (isSelf(actor, userId)) return
  await requirePermission(ctx, actor, permission)
  if ((await findById(ctx.db, userId)) === undefined) throw await missing(ctx, actor, userId)
  await requireWithinPower(ctx, actor, userId)
}

/** That an account does not exist is told only to who may read all of them; to its own user, that they are signed out. */
export async function missing(
  ctx: Context,
  actor: Actor,
  userId: string,
): Promise<UserNotFound | Forbidden | SessionEnded> {
  if (isSelf(actor, userId)) return new SessionEnded()
  return (await hasPermission(ctx, actor, 'users:read')) ? new UserNotFound() : new Forbidden()
}

/**
 * Refuses whoever asks about an account that does not exist.
 *
 * @throws UserNotFound (404) for who may read all, Forbidden (403); for its own user, SessionEnded (401)
 */
export async function requireUser(ctx: Context, actor: Actor, userId: string): Promise<void> {
  if ((await findById(ctx.db, userId)) === undefined) throw await missing(ctx, actor, userId)
}

/** @throws RecentSignInRequired (`recent_sign_in_required`, 401) for a sign-in more than ten minutes ago */
export function requireRecentSignIn(ctx: Context, actor: Actor): void {
  if (actor.kind === 'user' && ctx.clock.now() - actor.authTime > recentSignIn * 1000) {
    throw new RecentSignInRequired(recentSignIn)
  }
}
