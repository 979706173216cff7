import { hash } from 'node:crypto'
import type { Actor, Context } from '../../context.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { foldCase, signInKey } from '../identifiers/index.ts'
import { hasPermission, requirePermission, rolesOfEach } from '../roles/index.ts'
import { isSelf, missing } from './access.ts'
import { UserNotFound } from './errors.ts'
import { directoryOf } from './settings.ts'
import {
  findUsers,
  findWithRoles,
  lockPassword,
  lockUser,
  ownerOfAddress,
  readByIdForSignIn,
  readForSignIn,
  type SignInRow,
  type UserRow,
} from './store.ts'

/** An account. Times are milliseconds since the epoch. */
export interface User {
  readonly id: string
  readonly username: string
  readonly email: string | null
  readonly emailVerified: boolean
  /** The address that takes the place of `email` once it is verified. */
  readonly pendingEmail: string | null
  /** Sorted. */
  readonly roles: readonly string[]
  readonly disabled: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/** Rows as users, with their roles. */
export async function toUsers(ctx: Context, rows: readonly UserRow[]): Promise<User[]> {
  const roles = await rolesOfEach(
    ctx.db,
    rows.map((row) => row.id),
  )
  return rows.map((row) => userOf(row, roles.get(row.id) ?? []))
}

/** A row as a user of these roles. */
export function userOf(row: UserRow, roles: readonly string[]): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    emailVerified: row.email_verified_at !== null,
    pendingEmail: row.pending_email,
    roles,
    disabled: row.disabled_at !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export async function toUser(ctx: Context, row: UserRow): Promise<User> {
  const [user] = await toUsers(ctx, [row])
  if (user === undefined) throw new Error('one row makes one user')
  return user
}

/** The user with this id. */
export async function getUser(ctx: Context, userId: string): Promise<User | undefined> {
  const found = await findWithRoles(ctx.db, userId)
  return found && userOf(found.row, found.roles)
}

/**
 * A user, for themselves or with `users:read`.
 *
 * @throws UserNotFound (404, with `users:read`), Forbidden (403)
 */
export async function showUser(ctx: Context, actor: Actor, userId: string): Promise<User> {
  if (!isSelf(actor, userId)) await requirePermission(ctx, actor, 'users:read')
  const user = await getUser(ctx, userId)
  if (user === undefined) throw await missing(ctx, actor, userId)
  return user
}

/** The user with this username or verified e-mail address. */
export async function findUser(ctx: Context, name: string): Promise<User | undefined> {
  return (await findForSignIn(ctx, name))?.user
}

/** The account that whoever reads an address's mail may open; verified or not, never a disabled one. */
export async function findByMailbox(
  ctx: Context,
  emailKey: string,
): Promise<Pick<User, 'id' | 'username' | 'email'> | undefined> {
  return ownerOfAddress(ctx.db, emailKey)
}

/** A user, and what a sign-in has to know of them besides. */
export interface SignInAccount {
  readonly user: User
  /** Undefined for a user without a password. */
  readonly passwordHash: string | undefined
  /** Whether the password is one that the user has to replace. */
  readonly mustChangePassword: boolean
  /** The kinds of the user's second factors. */
  readonly factors: readonly string[]
}

/** The user who signs in as `name` (a username, or a verified e-mail address). */
export async function findForSignIn(ctx: Context, name: string): Promise<SignInAccount | undefined> {
  const key = signInKey(name)
  const found = key && (await readForSignIn(ctx.db, key))
  return found && toAccount(found)
}

/** The same by the user's id. */
export async function findForSignInById(ctx: Context, userId: string): Promise<SignInAccount | undefined> {
  const found = await readByIdForSignIn(ctx.db, userId)
  return found && toAccount(found)
}

const toAccount = ({ row, roles, ...rest }: SignInRow): SignInAccount => ({
  user: userOf(row, roles),
  ...rest,
})

/** An account that a sign-in goes on with, held as it is until the transaction ends. */
export interface HeldAccount extends SignInAccount {
  /** The same for as long as nobody changes the password or the e-mail address: what evidence was accepted for. */
  readonly stamp: string
}

/** Holds an account for the rest of the transaction; undefined for one that does not exist. */
export async function holdForSignIn(ctx: Context, userId: string): Promise<HeldAccount | undefined> {
  if ((await lockUser(ctx.db, userId)) === undefined) return undefined
  const found = await readByIdForSignIn(ctx.db, userId)
  if (found === undefined) return undefined
  const stamp = hash('sha256', JSON.stringify([found.passwordHash ?? null, found.row.email_key]), 'base64url')
  return { ...toAccount(found), stamp }
}

/**
 * Whether the user may still sign in with the password whose hash was verified: verifying takes long, and meanwhile
 * they may have been disabled or deleted, or the password changed. Part of the transaction that opens the session, so
 * that whoever ends all sessions of the user comes before it or finds this one.
 */
export async function confirmPassword(ctx: Context, userId: string, passwordHash: string): Promise<boolean> {
  return (await lockPassword(ctx.db, userId)) === passwordHash
}

export interface UserList extends Page<User> {
  /** Whether the actor may see more of each user than their id and username. */
  readonly whole: boolean
}

/**
 * A page of users in the order they signed up; `q` is text that their usernames contain, ignoring case.
 *
 * @throws InvalidInput (422) for an invalid cursor; where the directory is limited to administrators,
 *   Forbidden (403)
 */
export async function listUsers(
  ctx: Context,
  actor: Actor,
  page: PageRequest & { q?: string | undefined },
): Promise<UserList> {
  if (directoryOf(ctx.config) === 'admins') await requirePermission(ctx, actor, 'users:read')
  const after = page.cursor === undefined ? undefined : readCursor(ctx, 'users', page.cursor)
  const containing = page.q === undefined || page.q === '' ? undefined : foldCase(page.q)
  const rows = await findUsers(ctx.db, { after, containing, limit: page.limit + 1 })
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'users', row.id))
  return { items: await toUsers(ctx, items), next, whole: await hasPermission(ctx, actor, 'users:read') }
}

/**
 * The user with this username, verified e-mail address or id.
 *
 * @throws UserNotFound (`user_not_found`)
 */
export async function userNamed(ctx: Context, name: string): Promise<User> {
  const user = (await findUser(ctx, name)) ?? (await getUser(ctx, name))
  if (user === undefined) throw new UserNotFound()
  return user
}
