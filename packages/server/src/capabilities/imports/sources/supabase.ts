import { readForeignHash } from '../../../platform/crypto/foreign/read.ts'
import { Fields, read } from './fields.ts'
import { person, type Source } from './person.ts'

/** The table `auth.users` of Supabase, as JSON or CSV. Deleted and anonymous users are passed over. */
export const supabase: Source = {
  reader:
    ({ assumeVerified }) =>
    (value) => {
      const row = new Fields(value)
      if (row.raw('deleted_at') !== undefined || row.flag('is_anonymous') === true) return undefined
      const hash = row.text('encrypted_password')
      const about = row.object('raw_user_meta_data')
      const bannedUntil = row.time('banned_until')
      return person(row.text('id'), {
        email: row.text('email'),
        emailVerified: row.raw('email_confirmed_at', 'confirmed_at') !== undefined || assumeVerified,
        hash: hash === undefined ? undefined : read('encrypted_password', readForeignHash(hash)),
        roles: row.object('raw_app_meta_data').names('roles', 'role'),
        disabled: bannedUntil !== undefined && bannedUntil > Date.now(),
        createdAt: row.time('created_at'),
        displayName: about.text('full_name', 'name', 'display_name'),
        picture: about.text('avatar_url', 'picture'),
        locale: about.text('locale'),
      })
    },
}
