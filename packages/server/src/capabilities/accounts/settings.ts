import { parsers } from '../../config/parsers.ts'
import { defineSettings, settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'

const { duration, oneOf, onOff } = parsers

/** Who sees whom, and how accounts end. */
export const accountSettings = defineSettings({
  directory: {
    name: 'GATEHOUSE_DIRECTORY',
    value: '<who>',
    help: 'Who may list users: `everyone` signed in, or `admins` (holders of `users:read`). Default: `everyone` in development, else `admins`.',
    parse: oneOf('everyone', 'admins'),
  },
  requireVerifiedEmail: {
    name: 'GATEHOUSE_REQUIRE_VERIFIED_EMAIL',
    value: '<on|off>',
    fallback: 'off',
    help: 'Whether signing up needs an e-mail address, and signing in a verified one. Accounts without an address, which administrators create, sign in as before.',
    parse: onOff,
  },
  deletionGrace: {
    name: 'GATEHOUSE_DELETION_GRACE',
    value: '<time>',
    fallback: '0s',
    help: 'How long a deleted account can be brought back before it is erased (up to 90d); 0s erases at once.',
    parse: duration('0s', '90d'),
  },
})

/** Who may list users: everyone signed in, or administrators. */
export function directoryOf(config: Config): 'everyone' | 'admins' {
  const { directory } = settingsOf(config, accountSettings)
  // outside of development, an account alone reads nobody else's name
  return directory ?? (config.development ? 'everyone' : 'admins')
}
