import type { Context } from '../../context.ts'
import type { EmailAddress, Username } from '../identifiers/index.ts'
import { holdersOfAny, insertUsers } from './store.ts'

/** An account that was somewhere else before. Times are milliseconds since the epoch. */
export interface ImportedAccount {
  readonly id: string
  readonly username: Username
  readonly email: EmailAddress | undefined
  readonly emailVerified: boolean
  readonly disabled: boolean
  readonly createdAt: number
}

/** What accounts are looked for by. */
export interface AccountKeys {
  readonly ids: readonly string[]
  readonly usernameKeys: readonly string[]
  readonly emailKeys: readonly string[]
}

/** Those of `keys` that accounts have already; of addresses, those that are verified. */
export async function takenKeys(
  ctx: Context,
  keys: AccountKeys,
): Promise<Record<keyof AccountKeys, Set<string>>> {
  return holdersOfAny(ctx.db, keys)
}

/**
 * Adds accounts without passwords and roles, in the transaction that `ctx` is, and gives the ids of those that were
 * added: meanwhile somebody may have taken a username, or verified an address.
 */
export async function insertImported(
  ctx: Context,
  accounts: readonly ImportedAccount[],
): Promise<Set<string>> {
  const now = ctx.clock.now()
  const rows = accounts.map(({ id, username, email, emailVerified, disabled, createdAt }) => ({
    id,
    username: username.username,
    username_folded: username.folded,
    username_key: username.key,
    email: email?.email ?? null,
    email_key: email?.key ?? null,
    email_verified_at: emailVerified && email !== undefined ? now : null,
    pending_email: null,
    disabled_at: disabled ? now : null,
    created_at: Math.min(createdAt, now),
    updated_at: now,
  }))
  return insertUsers(ctx.db, rows)
}
