import type { Expression } from 'kysely'
import { chunksOf } from '../../platform/db/chunks.ts'
import type { Executor } from '../../platform/db/executor.ts'
import { listOf } from '../../platform/db/lists.ts'
import type {} from './schema.ts'

export interface Role {
  name: string
  permissions: string[]
}

/** All roles with their permissions, by name. */
export async function allRoles(db: Executor): Promise<Role[]> {
  const rows = await db
    .selectFrom('roles')
    .leftJoin('role_permissions', 'role_permissions.role', 'roles.name')
    .select(['roles.name', 'role_permissions.permission'])
    .orderBy('roles.name')
    .orderBy('role_permissions.permission')
    .execute()
  const roles = new Map<string, string[]>()
  for (const { name, permission } of rows) {
    const permissions = roles.get(name) ?? []
    if (permission !== null) permissions.push(permission)
    roles.set(name, permissions)
  }
  return [...roles].map(([name, permissions]) => ({ name, permissions }))
}

export async function roleNamed(db: Executor, name: string): Promise<Role | undefined> {
  const role = await db.selectFrom('roles').select('name').where('name', '=', name).executeTakeFirst()
  return role && { name: role.name, permissions: await permissionsOfRoles(db, [name]) }
}

/** Those of `names` that are roles. */
export async function knownRoles(db: Executor, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const rows = await db.selectFrom('roles').select('name').where('name', 'in', names).execute()
  return new Set(rows.map((row) => row.name))
}

export async function permissionsOfRoles(db: Executor, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await db
    .selectFrom('role_permissions')
    .select('permission')
    .distinct()
    .where('role', 'in', names)
    .orderBy('permission')
    .execute()
  return rows.map((row) => row.permission)
}

/** Creates the role, if it is new, and sets its permissions. */
export async function saveRole(db: Executor, role: Role, now: number): Promise<void> {
  await db
    .insertInto('roles')
    .values({ name: role.name, created_at: now })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  await db.deleteFrom('role_permissions').where('role', '=', role.name).execute()
  if (role.permissions.length === 0) return
  await db
    .insertInto('role_permissions')
    .values(role.permissions.map((permission) => ({ role: role.name, permission })))
    .execute()
}

export async function removeRole(db: Executor, name: string): Promise<void> {
  await db.deleteFrom('roles').where('name', '=', name).execute()
}

export async function isHeld(db: Executor, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('user_roles')
    .select('role')
    .where('role', '=', name)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The roles of each of `userIds`, sorted; every id has an entry. */
export async function rolesOfEach(db: Executor, userIds: readonly string[]): Promise<Map<string, string[]>> {
  const roles = new Map(userIds.map((id): [string, string[]] => [id, []]))
  if (userIds.length === 0) return roles
  const rows = await db
    .selectFrom('user_roles')
    .selectAll()
    .where('user_id', 'in', userIds)
    .orderBy('role')
    .execute()
  for (const { user_id, role } of rows) roles.get(user_id)?.push(role)
  return roles
}

/** A user's roles as a list, as part of a query. */
export const listRolesOf = (db: Executor, userId: string | Expression<string>) =>
  db.selectFrom('user_roles').select(listOf(db, 'role').as('roles')).where('user_id', '=', userId)

/** The permissions of a user's roles as a list, as part of a query. */
export const listPermissionsOf = (db: Executor, userId: string) =>
  db
    .selectFrom('role_permissions')
    .innerJoin('user_roles', 'user_roles.role', 'role_permissions.role')
    .select(listOf(db, 'role_permissions.permission').as('permissions'))
    .where('user_roles.user_id', '=', userId)

export async function replaceRolesOf(db: Executor, userId: string, names: readonly string[]): Promise<void> {
  await db.deleteFrom('user_roles').where('user_id', '=', userId).execute()
  if (names.length === 0) return
  await db
    .insertInto('user_roles')
    .values(names.map((role) => ({ user_id: userId, role })))
    .execute()
}

/** Gives new users their roles. */
export async function insertRolesOf(
  db: Executor,
  rows: readonly { readonly userId: string; readonly role: string }[],
): Promise<void> {
  for (const part of chunksOf(rows)) {
    await db
      .insertInto('user_roles')
      .values(part.map(({ userId, role }) => ({ user_id: userId, role })))
      .execute()
  }
}

/** The ids of a role's holders, as part of a query. */
export function holdersOf(db: Executor, role: string) {
  return db.selectFrom('user_roles').select('user_id').where('role', '=', role)
}
