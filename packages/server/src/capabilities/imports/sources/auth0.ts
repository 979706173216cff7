import { readForeignHash } from '../../../platform/crypto/foreign/read.ts'
import { Fields, read } from './fields.ts'
import { person, type Source } from './person.ts'

/**
 * Auth0's bulk export (JSON lines or CSV), or the export of password hashes that its support makes, whose ids lack the
 * connection's prefix.
 */
export const auth0: Source = {
  reader:
    ({ assumeVerified }) =>
    (value) => {
      const row = new Fields(value)
      const raw = row.raw('_id')
      const bare = typeof raw?.value === 'object' ? row.object('_id').text('$oid') : row.text('_id')
      const hash = row.text('passwordHash', 'password_hash')
      const about = row.object('user_metadata')
      return person(row.text('user_id', 'Id') ?? (bare && `auth0|${bare}`), {
        username: row.text('Username'),
        email: row.text('Email'),
        emailVerified: row.flag('email_verified', 'emailVerified', 'Email Verified') ?? assumeVerified,
        hash: hash === undefined ? undefined : read('passwordHash', readForeignHash(hash)),
        roles: row.object('app_metadata').names('roles', 'role'),
        disabled: row.flag('blocked') ?? false,
        createdAt: row.time('created_at', 'Created At'),
        displayName: row.text('Name', 'Nickname'),
        picture: row.text('Picture'),
        locale: row.text('locale') ?? about.text('locale'),
      })
    },
}
