import { readKeycloakHash } from '../../../platform/crypto/foreign/read.ts'
import { FieldFault, Fields, read } from './fields.ts'
import { person, type Source } from './person.ts'

/** The export of a realm with its users. Accounts of services are passed over, and so are roles that Keycloak made. */
export const keycloak: Source = {
  roles: { offline_access: null, uma_authorization: null },
  reader:
    ({ assumeVerified }) =>
    (value, list) => {
      if (list !== '' && list !== 'users') return undefined
      const row = new Fields(value)
      if (row.raw('serviceAccountClientId') !== undefined) return undefined
      const name = [row.text('firstName'), row.text('lastName')].filter(Boolean).join(' ')
      return person(row.text('id') ?? row.text('username'), {
        username: row.text('username'),
        email: row.text('email'),
        emailVerified: row.flag('emailVerified') ?? assumeVerified,
        hash: hashOf(row),
        roles: row.names('realmRoles').filter((role) => !role.startsWith('default-roles-')),
        disabled: row.flag('enabled') === false,
        createdAt: row.time('createdTimestamp'),
        displayName: name === '' ? undefined : name,
        locale: localeOf(row),
      })
    },
}

function hashOf(row: Fields): string | undefined {
  const password = row.objects('credentials').find((each) => each.text('type') === 'password')
  if (password === undefined) return undefined
  const [credential, secret] = [password.text('credentialData'), password.text('secretData')]
  return read('credentials', readKeycloakHash(parse(credential), parse(secret)))
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    throw new FieldFault('credentials', 'malformed_hash', 'The password hash is malformed.')
  }
}

function localeOf(row: Fields): string | undefined {
  const locale = row.object('attributes').raw('locale')?.value
  return Array.isArray(locale) && typeof locale[0] === 'string' ? locale[0] : undefined
}
