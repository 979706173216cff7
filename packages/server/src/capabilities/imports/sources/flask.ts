import { readForeignHash } from '../../../platform/crypto/foreign/read.ts'
import { Fields, read } from './fields.ts'
import { person, type Source } from './person.ts'

/** The names that applications give to the column of the hash. */
const hashNames = ['password_hash', 'hashed_password', 'pw_hash', 'passwordHash', 'password', 'hash']

/** The users table of an application of one's own, in the usual columns: Flask's, and any other's. */
export const flask: Source = {
  reader:
    ({ assumeVerified }) =>
    (value) => {
      const row = new Fields(value)
      const hash = row.text(...hashNames)
      const active = row.flag('is_active', 'active', 'enabled')
      return person(row.text('id', 'user_id', 'uuid', 'uid', '_id'), {
        username: row.text('username', 'user_name', 'login', 'nickname'),
        email: row.text('email', 'email_address', 'mail'),
        emailVerified:
          row.flag('email_verified', 'email_confirmed', 'is_verified', 'verified', 'confirmed') ??
          assumeVerified,
        hash: hash === undefined ? undefined : read('password', readForeignHash(hash)),
        roles: row.names('roles', 'role'),
        disabled: row.flag('disabled', 'is_disabled', 'blocked') ?? active === false,
        createdAt: row.time('created_at', 'createdAt', 'created', 'date_joined'),
        displayName: row.text('display_name', 'name', 'full_name'),
        picture: row.text('picture', 'avatar', 'avatar_url', 'image'),
        locale: row.text('locale', 'language', 'lang'),
      })
    },
}
