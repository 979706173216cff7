import { accounts } from './capabilities/accounts/capability.ts'
import { audit } from './capabilities/audit/capability.ts'
import { challenges } from './capabilities/challenges/capability.ts'
import { devices } from './capabilities/devices/capability.ts'
import { emailAccess } from './capabilities/email-access/capability.ts'
import { factors } from './capabilities/factors/capability.ts'
import { factorsApi } from './capabilities/factors-api/capability.ts'
import { imports } from './capabilities/imports/capability.ts'
import { investigation } from './capabilities/investigation/capability.ts'
import { invitations } from './capabilities/invitations/capability.ts'
import { keys } from './capabilities/keys/capability.ts'
import { keysApi } from './capabilities/keys-api/capability.ts'
import { mail } from './capabilities/mail/capability.ts'
import { oauth } from './capabilities/oauth/capability.ts'
import { pages } from './capabilities/pages/capability.ts'
import { passwords } from './capabilities/passwords/capability.ts'
import { personalData } from './capabilities/personal-data/capability.ts'
import { profiles } from './capabilities/profiles/capability.ts'
import { revocationFeed } from './capabilities/revocations/capability.ts'
import { roles } from './capabilities/roles/capability.ts'
import { sessions } from './capabilities/sessions/capability.ts'
import { sessionsApi } from './capabilities/sessions-api/capability.ts'
import { signIn } from './capabilities/sign-in/capability.ts'
import { tokens } from './capabilities/tokens/capability.ts'
import type { Capability, ServerPermission } from './capability.ts'
import type { Migration } from './platform/db/migrate.ts'
import { type ErrorAnswers, mergeErrors, platformErrors } from './platform/http/error-answers.ts'

/** Everything that the server can do, from the lowest up: each may call those before it. To add one, list it here. Some only serve the others. */
export const capabilities: readonly Capability[] = [
  audit,
  mail,
  revocationFeed,
  keys,
  challenges,
  { name: 'identifiers' },
  { name: 'grants' },
  sessions,
  devices,
  roles,
  passwords,
  factors,
  accounts,
  profiles,
  imports,
  personalData,
  tokens,
  sessionsApi,
  keysApi,
  oauth,
  signIn,
  invitations,
  factorsApi,
  emailAccess,
  pages,
  investigation,
]

/** Every step of the schema, in order. */
export const migrations: readonly Migration[] = capabilities
  .flatMap((capability) => capability.migrations ?? [])
  .concat({ name: '0003-throttles', load: () => import('./migrations/0003-throttles.ts') })
  .sort((one, other) => (one.name < other.name ? -1 : 1))

/** Every permission of the server, sorted. */
export const serverPermissions: readonly ServerPermission[] = capabilities
  .flatMap(({ permissions }) => permissions ?? [])
  .sort()

/**
 * How every error of the server is answered.
 *
 * @throws Error for a code that two capabilities have
 */
export function errorAnswers(): ErrorAnswers {
  return mergeErrors([platformErrors, ...capabilities.map(({ errors }) => errors ?? {})])
}
