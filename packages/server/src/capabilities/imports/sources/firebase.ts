import { readBase64 } from '../../../platform/crypto/foreign/encoding.ts'
import { firebaseHash } from '../../../platform/crypto/foreign/firebase.ts'
import { acceptHash } from '../../../platform/crypto/foreign/read.ts'
import { FieldFault, Fields, read } from './fields.ts'
import { person, type Source, type SourceOptions } from './person.ts'

/** `firebase auth:export users.json`: its passwords can be checked only with the project's parameters. */
export const firebase: Source = {
  reader: (options) => (value, list) => {
    if (list !== '' && list !== 'users') return undefined
    const row = new Fields(value)
    return person(row.text('localId'), {
      email: row.text('email'),
      emailVerified: row.flag('emailVerified') ?? options.assumeVerified,
      hash: hashOf(row, options),
      roles: row.object('customAttributes').names('roles', 'role'),
      disabled: row.flag('disabled') ?? false,
      createdAt: row.time('createdAt'),
      displayName: row.text('displayName'),
      picture: row.text('photoUrl'),
    })
  },
}

function hashOf(row: Fields, { firebase }: SourceOptions): string | undefined {
  const [hash, salt] = [row.text('passwordHash'), row.text('salt')]
  if (hash === undefined) return undefined
  if (firebase === undefined) {
    const detail = 'Pass the password hash parameters of the Firebase project with --hash-config.'
    throw new FieldFault('passwordHash', 'hash_config_required', detail)
  }
  return read('passwordHash', acceptHash(firebaseHash(firebase, readBase64(salt ?? ''), readBase64(hash))))
}
