import type { Actor, Context } from '../../platform/context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import { lockPower, memberRole, replaceRolesOf, requireGrantable, requirePermission } from '../roles/index.ts'
import { UsernameTaken } from './errors.ts'
import { readFields } from './fields.ts'
import { anyUser, findByUsernameKey, insertUser } from './store.ts'
import { requireStrength } from './strength.ts'
import { toUser, type User } from './user.ts'

export interface NewAccount {
  username: string
  email?: string | null | undefined
  password: string
  /** `member` by default. */
  roles?: readonly string[] | undefined
  /** Whom the work of hashing is counted for (an address), where many ask at once. */
  lane?: string | undefined
}

/**
 * Makes an account, with its credentials and an empty profile. Signing up is the system's deed; so are accounts from the
 * command line; anybody else needs `users:write`, and the permissions of the roles that they give.
 *
 * @throws InvalidInput (422, one entry for each bad field), UsernameTaken (409), Forbidden (403), and the hasher's 503
 *   where its queue is full
 */
export async function createAccount(ctx: Context, actor: Actor, input: NewAccount): Promise<User> {
  const { username, email, password } = readFields(input)
  if ((await findByUsernameKey(ctx.db, username.key)) !== undefined) throw new UsernameTaken()
  await requireStrength(ctx, password, username.username, input.lane)
  const passwordHash = await ctx.hasher.hash(password, input.lane)
  const roles = [...new Set(input.roles ?? [memberRole])].sort()

  return inTransaction(ctx, async (ctx) => {
    // nobody can take away or empty what everybody gets, so that signing up need not wait for anyone
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
      disabled_at: null,
      created_at: now,
      updated_at: now,
    }
    if (!(await insertUser(ctx.db, row, passwordHash))) throw new UsernameTaken()
    await replaceRolesOf(ctx.db, row.id, roles)
    await record(ctx, { actor, action: 'user.created', target: row.id, detail: { roles } })
    return toUser(ctx, row)
  })
}

/** Whether anybody ever signed up here and stayed. */
export async function hasUsers(ctx: Context): Promise<boolean> {
  return anyUser(ctx.db)
}
