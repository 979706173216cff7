import { readForeignHash } from '../../../platform/crypto/foreign/read.ts'
import { Fields, read } from './fields.ts'
import { type LatePassword, type Person, person, type Source } from './person.ts'

/**
 * better-auth's tables `user` and `account` in one JSON object, in whichever order: passwords stand in the accounts whose
 * provider is `credential`. A list of users that have the password with them is read, too.
 */
export const betterAuth: Source = {
  passes: ['user', 'account'],
  // what its plugin "admin" calls everybody
  roles: { user: null },
  reader:
    ({ assumeVerified }) =>
    (value, list) => {
      const row = new Fields(value)
      return list === 'account' ? passwordOf(row) : personOf(row, assumeVerified)
    },
}

function personOf(row: Fields, assumeVerified: boolean): Person {
  const hash = row.text('password')
  const banned = row.flag('banned') ?? false
  const until = row.time('banExpires', 'ban_expires')
  return person(row.text('id'), {
    username: row.text('username'),
    email: row.text('email'),
    emailVerified: row.flag('emailVerified', 'email_verified') ?? assumeVerified,
    hash: hash === undefined ? undefined : read('password', readForeignHash(hash)),
    roles: row.names('role'),
    disabled: banned && (until === undefined || until > Date.now()),
    createdAt: row.time('createdAt', 'created_at'),
    displayName: row.text('name'),
    picture: row.text('image'),
    locale: row.text('locale'),
  })
}

function passwordOf(row: Fields): LatePassword | undefined {
  const hash = row.text('password')
  if (row.text('providerId', 'provider_id') !== 'credential' || hash === undefined) return undefined
  return {
    kind: 'password',
    foreignId: row.text('userId', 'user_id') ?? '',
    hash: read('password', readForeignHash(hash)),
  }
}
