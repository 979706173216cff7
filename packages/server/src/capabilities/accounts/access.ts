import type { ServerPermission } from '../../capability.ts'
import type { Actor, Context } from '../../context.ts'
import { isGrantGood } from '../grants/index.ts'
import {
  adminRole,
  Forbidden,
  hasPermission,
  holdersOf,
  lockPower,
  requirePermission,
  requireWithinPower,
} from '../roles/index.ts'
import { SessionEnded } from '../sessions/index.ts'
import { LastAdministrator, RecentSignInRequired, UserNotFound } from './errors.ts'
import { findById, firstEnabledOf, lockUser, type UserRow } from './store.ts'

/** The maximum age of a sign-in, in seconds, to change how an account is signed in to. */
const recentSignIn = 600

/** Whether an actor acts on their own account. */
export function isSelf(actor: Actor, userId: string): actor is Actor & { kind: 'user' } {
  return actor.kind === 'user' && actor.id === userId
}

/**
 * Opens an account for a change in this transaction: the actor's own, as long as they are signed in, or that of a user
 * who holds nothing that the actor lacks, with `permission`. Others wait until the transaction ends.
 *
 * @throws Forbidden (403), AudienceRequired (403), UserNotFound (404, with `users:read`), SessionEnded (401)
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

/** Refuses whoever `openForChange` would refuse, without a lock: before costly work that precedes the transaction. */
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

/** The error for an account that does not exist: 404 with `users:read`, 403 without; 401 for its own user. */
export async function missing(
  ctx: Context,
  actor: Actor,
  userId: string,
): Promise<UserNotFound | Forbidden | SessionEnded> {
  if (isSelf(actor, userId)) return new SessionEnded()
  return (await hasPermission(ctx, actor, 'users:read')) ? new UserNotFound() : new Forbidden()
}

/**
 * Requires that an account exists.
 *
 * @throws UserNotFound (404, with `users:read`), Forbidden (403); for its own user, SessionEnded (401)
 */
export async function requireUser(ctx: Context, actor: Actor, userId: string): Promise<void> {
  if ((await findById(ctx.db, userId)) === undefined) throw await missing(ctx, actor, userId)
}

/** Whether an actor signed in at most ten minutes ago; the system always did. */
export function isRecentSignIn(ctx: Context, actor: Actor): boolean {
  return actor.kind !== 'user' || ctx.clock.now() - actor.authTime <= recentSignIn * 1000
}

/** @throws RecentSignInRequired (`recent_sign_in_required`, 401) for a sign-in more than ten minutes ago */
export function requireRecentSignIn(ctx: Context, actor: Actor): void {
  if (!isRecentSignIn(ctx, actor)) throw new RecentSignInRequired(recentSignIn)
}

/**
 * Refuses to remove the last administrator who is not disabled. Part of a transaction that has taken `lockPower`, so
 * that two of them cannot go at once, each counting on the other.
 *
 * @throws LastAdministrator (`last_administrator`, 409)
 */
export async function requireOtherAdministrator(ctx: Context, userId: string): Promise<void> {
  const [first, second] = await firstEnabledOf(ctx.db, holdersOf(ctx.db, adminRole), userId)
  if (first?.id === userId && second === undefined) throw new LastAdministrator()
}
