import { findUser, getUser, type User, UserNotFound } from '../capabilities/accounts/index.ts'
import type { Context } from '../platform/context.ts'

/**
 * The user who is meant: by username, verified e-mail address, or id.
 *
 * @throws UserNotFound (`user_not_found`)
 */
export async function userNamed(ctx: Context, name: string): Promise<User> {
  const user = (await findUser(ctx, name)) ?? (await getUser(ctx, name))
  if (user === undefined) throw new UserNotFound()
  return user
}
