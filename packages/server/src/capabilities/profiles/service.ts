import type { Actor, Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { isSelf, openForChange, requireUser } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { requirePermission } from '../roles/index.ts'
import { findLocale, findProfile, saveProfile } from './store.ts'

/** What users say about themselves. */
export interface Profile {
  readonly displayName: string | null
  readonly bio: string | null
  readonly picture: string | null
  readonly locale: string | null
  /** JSON for the application to use. */
  readonly data: unknown
}

const empty: Profile = { displayName: null, bio: null, picture: null, locale: null, data: {} }

/**
 * A user's profile, for themselves or with `users:read`; empty until it is first replaced.
 *
 * @throws UserNotFound (404, with `users:read`), Forbidden (403)
 */
export async function getProfile(ctx: Context, actor: Actor, userId: string): Promise<Profile> {
  if (!isSelf(actor, userId)) await requirePermission(ctx, actor, 'users:read')
  const row = await findProfile(ctx.db, userId)
  if (row === undefined) {
    await requireUser(ctx, actor, userId)
    return empty
  }
  const { display_name, bio, picture, locale, data } = row
  return { displayName: display_name, bio, picture, locale, data: JSON.parse(data) }
}

/** The language that a user chose; undefined if they chose none. */
export const localeOf = (ctx: Context, userId: string): Promise<string | undefined> =>
  findLocale(ctx.db, userId)

/**
 * Replaces a profile: the actor's own, or, with `users:write`, that of a user who holds nothing that the actor lacks.
 *
 * @throws Forbidden (403), UserNotFound (404)
 */
export async function putProfile(
  ctx: Context,
  actor: Actor,
  userId: string,
  profile: Profile,
): Promise<Profile> {
  return inTransaction(ctx, async (ctx) => {
    await openForChange(ctx, actor, userId, 'users:write')
    await saveProfile(ctx.db, {
      user_id: userId,
      display_name: profile.displayName,
      bio: profile.bio,
      picture: profile.picture,
      locale: profile.locale,
      data: JSON.stringify(profile.data),
      updated_at: ctx.clock.now(),
    })
    if (!isSelf(actor, userId)) await record(ctx, { actor, action: 'user.profile', target: userId })
    return profile
  })
}
