import type { Actor, Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { readAll } from '../../platform/reading.ts'
import { record } from '../audit/index.ts'
import { type EmailAddress, readEmail, readUsername, type Username } from '../identifiers/index.ts'
import { addPassword, hashNewPassword, passwordReader } from '../passwords/index.ts'
import { lockPower, memberRole, replaceRolesOf, requireGrantable, requirePermission } from '../roles/index.ts'
import { noteLookalike } from './addresses/lookalikes.ts'
import { UsernameTaken } from './errors.ts'
import { toUser, type User } from './read.ts'
import { anyUser, findByUsernameKey, insertUser } from './store.ts'

export interface NewAccount {
  username: string
  email?: string | null | undefined
  /** The address that an invitation was sent to, which the account gets later. */
  invitedAs?: string | undefined
  /** An account without one is signed in to in other ways. */
  password?: string | undefined
  /** Whether the user has to replace the password at the first sign-in. */
  mustChangePassword?: boolean | undefined
  /** `member` by default. */
  roles?: readonly string[] | undefined
  /** Who the work of hashing is counted for (an address), where many ask at once. */
  lane?: string | undefined
}

/** An account that was checked, its password hashed, and that `insertAccount` creates. */
export interface PreparedAccount {
  readonly username: Username
  readonly email: EmailAddress | undefined
  readonly passwordHash: string | undefined
  readonly mustChangePassword: boolean
  readonly roles: readonly string[]
}

/**
 * Creates an account, with its password if it has one.
 *
 * @throws what `prepareAccount` and `insertAccount` throw
 */
export async function createAccount(ctx: Context, actor: Actor, input: NewAccount): Promise<User> {
  const prepared = await prepareAccount(ctx, input)
  return inTransaction(ctx, (ctx) => insertAccount(ctx, actor, prepared))
}

/**
 * Checks a new account and hashes its password. This takes long, so it belongs before the transaction.
 *
 * @throws InvalidInput (422, one entry for each invalid field), UsernameTaken (409), HashQueueFull (503)
 */
export async function prepareAccount(ctx: Context, input: NewAccount): Promise<PreparedAccount> {
  const { username, email, password } = readAll((read) => ({
    username: read('username', input.username, readUsername),
    email: read('email', input.email, readEmail),
    password: read('password', input.password, passwordReader(ctx.config)),
  }))
  // a username is required, and was read if there was no error
  if (username === undefined) throw new TypeError('an account needs a username')
  if ((await findByUsernameKey(ctx.db, username.key)) !== undefined) throw new UsernameTaken()
  const passwordHash =
    password === undefined
      ? undefined
      : await hashNewPassword(
          ctx,
          password,
          { username: username.username, email: email?.email ?? input.invitedAs },
          input.lane,
        )
  const mustChangePassword = input.mustChangePassword === true
  const roles = [...new Set(input.roles ?? [memberRole])].sort()
  return { username, email, passwordHash, mustChangePassword, roles }
}

/**
 * Creates a prepared account, in the transaction that `ctx` is. Signing up is done by the system, and so are accounts
 * from the command line; anyone else needs `users:write` and the permissions of the roles that the account gets.
 *
 * @throws UsernameTaken (409), Forbidden (403)
 */
export async function insertAccount(
  ctx: Context,
  actor: Actor,
  { username, email, passwordHash, mustChangePassword, roles }: PreparedAccount,
): Promise<User> {
  // nobody can delete or empty the role that everybody gets, so signing up need not wait for anyone
  const ordinary = actor.kind === 'system' && roles.join() === memberRole
  if (!ordinary) {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'users:write')
    await requireGrantable(ctx, actor, roles)
  }
  const now = ctx.clock.now()
  const row = {
    id: newId(ctx.clock),
    username: username.username,
    username_folded: username.folded,
    username_key: username.key,
    email: email?.email ?? null,
    email_key: email?.key ?? null,
    email_verified_at: null,
    pending_email: null,
    disabled_at: null,
    created_at: now,
    updated_at: now,
  }
  if (!(await insertUser(ctx.db, row))) throw new UsernameTaken()
  if (passwordHash !== undefined) await addPassword(ctx, row.id, passwordHash, mustChangePassword)
  await replaceRolesOf(ctx.db, row.id, roles)
  await record(ctx, { actor, action: 'user.created', target: row.id, detail: { roles } })
  if (email !== undefined) await noteLookalike(ctx, row.id, email)
  return toUser(ctx, row)
}

/** Whether there is any account. */
export async function hasUsers(ctx: Context): Promise<boolean> {
  return anyUser(ctx.db)
}
