import type { Context } from '../../context.ts'
import { profileBody } from './shapes.ts'
import { insertProfiles } from './store.ts'

/** What another product knew of somebody. */
export interface ImportedProfile {
  readonly userId: string
  readonly displayName: string | undefined
  readonly picture: string | undefined
  readonly locale: string | undefined
}

const { picture, locale } = profileBody.shape

/**
 * Gives new users their profiles, in the transaction that `ctx` is. A name is cut to its length; a picture or locale that
 * no profile could have is left out.
 */
export async function addImportedProfiles(ctx: Context, profiles: readonly ImportedProfile[]): Promise<void> {
  const now = ctx.clock.now()
  const rows = profiles.map((each) => ({
    user_id: each.userId,
    display_name: [...(each.displayName ?? '')].slice(0, 100).join('') || null,
    bio: null,
    picture: picture.safeParse(each.picture).data ?? null,
    locale: locale.safeParse(each.locale?.replaceAll('_', '-')).data ?? null,
    data: '{}',
    updated_at: now,
  }))
  await insertProfiles(
    ctx.db,
    rows.filter(({ display_name, picture, locale }) => display_name ?? picture ?? locale),
  )
}
