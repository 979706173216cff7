import type { Actor, Context } from '../../platform/context.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { hasPermission, requirePermission } from '../roles/index.ts'
import { isSelf, missing } from './access.ts'
import { foldCase } from './case-folding.ts'
import { emailKey } from './emails.ts'
import { readForSignIn } from './sign-in-store.ts'
import { findUsers, findWithRoles } from './store.ts'
import { toUsers, type User, userOf } from './user.ts'
import { usernameKey } from './usernames.ts'

/** The user with this id; undefined where there is none. */
export async function getUser(ctx: Context, userId: string): Promise<User | undefined> {
  const found = await findWithRoles(ctx.db, userId)
  return found && userOf(found.row, found.roles)
}

/**
 * The user with this id, for themselves or for who holds `users:read`.
 *
 * @throws UserNotFound (404) for who may read all, Forbidden (403)
 */
export async function showUser(ctx: Context, actor: Actor, userId: string): Promise<User> {
  if (!isSelf(actor, userId)) await requirePermission(ctx, actor, 'users:read')
  const user = await getUser(ctx, userId)
  if (user === undefined) throw await missing(ctx, actor, userId)
  return user
}

/** The user of this username, or whose verified e-mail address this is. */
export async function findUser(ctx: Context, name: string): Promise<User | undefined> {
  return (await findForSignIn(ctx, name))?.user
}

/** Who would sign in as `name` (a username, or a verified e-mail address), with the hash of their password. */
export async function findForSignIn(
  ctx: Context,
  name: string,
): Promise<{ user: User; passwordHash: string } | undefined> {
  const key = signInKey(name)
  const found = key && (await readForSignIn(ctx.db, key))
  return found && { user: userOf(found.row, found.roles), passwordHash: found.passwordHash }
}

/** The one spelling of a name by which attempts to sign in with it are counted, whether anybody has it or not. */
export function attemptKey(name: string): string {
  const key = signInKey(name)
  if (key === undefined) return `neither ${usernameKey(name)}`
  return 'usernameKey' in key ? `username ${key.usernameKey}` : `email ${key.emailKey}`
}

/** What a name is looked for by; undefined where it is neither a username nor an address. */
function signInKey(name: string): { usernameKey: string } | { emailKey: string } | undefined {
  if (!name.includes('@')) return { usernameKey: usernameKey(name) }
  const key = emailKey(name)
  return key === undefined ? undefined : { emailKey: key }
}

export interface UserList extends Page<User> {
  /** Whether the actor may see more of each user than their id and username. */
  readonly whole: boolean
}

/**
 * A page of users in the order in which they signed up; `q` is text that their usernames contain, whatever its case.
 *
 * @throws InvalidInput (422) for a cursor that did not come from here; where the directory is for administrators,
 *   Forbidden (403)
 */
export async function listUsers(
  ctx: Context,
  actor: Actor,
  page: PageRequest & { q?: string | undefined },
): Promise<UserList> {
  if (ctx.config.directory === 'admins') await requirePermission(ctx, actor, 'users:read')
  const after = page.cursor === undefined ? undefined : readCursor(ctx, 'users', page.cursor)
  const containing = page.q === undefined || page.q === '' ? undefined : foldCase(page.q)
  const rows = await findUsers(ctx.db, { after, containing, limit: page.limit + 1 })
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'users', row.id))
  return { items: await toUsers(ctx, items), next, whole: await hasPermission(ctx, actor, 'users:read') }
}
