import type { Context } from '../../platform/context.ts'
import { rolesOfEach } from '../roles/index.ts'
import type { UserRow } from './store.ts'

/** Somebody with an account. Times are milliseconds since the epoch. */
export interface User {
  readonly id: string
  readonly username: string
  readonly email: string | null
  readonly emailVerified: boolean
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
