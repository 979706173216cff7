import { readForeignHash } from '../../../platform/crypto/foreign/read.ts'
import { FieldFault, Fields, read } from './fields.ts'
import { person, type Source } from './person.ts'

/**
 * `manage.py dumpdata auth.group auth.user`, as JSON or JSON lines; any model that has a username or an address and a
 * password counts as the user's. `is_staff` and `is_superuser` make nobody an administrator here.
 */
export const django: Source = {
  reader({ assumeVerified }) {
    const groups = new Map<string, string>()

    /** A group is its name, its number, or both in a list (natural keys). */
    const groupOf = (value: unknown): string => {
      const key = Array.isArray(value) ? value[0] : value
      const name = typeof key === 'number' ? groups.get(String(key)) : key
      if (typeof name === 'string') return name
      throw new FieldFault('groups', 'unknown_group', 'Export auth.group with the users, and before them.')
    }
    return (value) => {
      const row = new Fields(value)
      const model = row.text('model') ?? ''
      const fields = row.object('fields')
      if (model === 'auth.group') {
        if (groups.size < 10_000) groups.set(row.text('pk') ?? '', fields.text('name') ?? '')
        return undefined
      }
      // other models of the dump (content types, sessions) are no users
      if (fields.raw('password') === undefined || fields.raw('username', 'email') === undefined)
        return undefined
      const hash = fields.text('password') ?? ''
      const listed = fields.raw('groups')?.value
      const name = [fields.text('first_name'), fields.text('last_name')].filter(Boolean).join(' ')
      return person(row.text('pk') ?? fields.text('id'), {
        username: fields.text('username'),
        email: fields.text('email'),
        emailVerified: fields.flag('email_verified', 'is_verified') ?? assumeVerified,
        // "!" begins what can't be signed in with (set_unusable_password)
        hash: hash.startsWith('!') ? undefined : read('password', readForeignHash(hash)),
        roles: Array.isArray(listed) ? listed.map(groupOf) : [],
        disabled: fields.flag('is_active') === false,
        createdAt: fields.time('date_joined', 'created_at', 'created'),
        displayName: name === '' ? fields.text('name') : name,
      })
    }
  },
}
