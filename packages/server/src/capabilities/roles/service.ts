import type { Actor, Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { InvalidInput } from '../../platform/errors.ts'
import { record } from '../audit/index.ts'
import { revoke } from '../revocations/index.ts'
import { AdministratorRequired, RoleBuiltIn, RoleInUse, RoleNotFound } from './errors.ts'
import { adminRole, builtInRoles, isDefaultRole, memberRole, roleName } from './permissions.ts'
import { isAdministrator, lockPower, requireCovers, requirePermission } from './power.ts'
import {
  allRoles,
  isHeld,
  knownRoles,
  permissionsOfRoles,
  type Role,
  removeRole,
  roleNamed,
  saveRole,
} from './store.ts'

/** Creates the built-in roles and gives `admin` the permissions of this version. Called at every start. */
export async function ensureRoles(ctx: Context): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    const admin = await roleNamed(ctx.db, adminRole)
    const permissions = [...ctx.instance.permissions].sort()
    if (admin?.permissions.join() !== permissions.join()) {
      await saveRole(ctx.db, { name: adminRole, permissions }, ctx.clock.now())
    }
    if ((await roleNamed(ctx.db, memberRole)) === undefined) {
      await saveRole(ctx.db, { name: memberRole, permissions: [] }, ctx.clock.now())
    }
  })
}

/** All roles with their permissions, by name. */
export async function listRoles(ctx: Context): Promise<Role[]> {
  return allRoles(ctx.db)
}

/** @throws RoleNotFound (`role_not_found`, 404) */
export async function getRole(ctx: Context, name: string): Promise<Role> {
  const role = roleName.test(name) ? await roleNamed(ctx.db, name) : undefined
  if (role === undefined) throw new RoleNotFound()
  return role
}

/**
 * Creates a role, or replaces its permissions. The actor needs `roles:write` and every permission of the role before and
 * after. Only an administrator may change the role that every user gets.
 *
 * @throws RoleBuiltIn (`role_built_in`, 409) for `admin`, Forbidden (`forbidden`, 403), AdministratorRequired
 *   (`administrator_required`, 403) for `member`
 */
export async function putRole(
  ctx: Context,
  actor: Actor,
  name: string,
  permissions: readonly string[],
): Promise<{ role: Role; created: boolean }> {
  return inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'roles:write')
    if (name === adminRole) throw new RoleBuiltIn(name)
    if (isDefaultRole(name) && !(await isAdministrator(ctx, actor))) throw new AdministratorRequired(name)
    const before = await roleNamed(ctx.db, name)
    const role = { name, permissions: [...new Set(permissions)].sort() }
    await requireCovers(ctx, actor, [...(before?.permissions ?? []), ...role.permissions])
    await saveRole(ctx.db, role, ctx.clock.now())
    if (before !== undefined && before.permissions.join() !== role.permissions.join()) {
      await revoke(ctx, { type: 'token-claims-change', role: name })
    }
    const detail = { permissions: role.permissions, before: before?.permissions ?? null }
    await record(ctx, { actor, action: 'role.saved', target: name, detail })
    return { role, created: before === undefined }
  })
}

/**
 * Deletes an unused role.
 *
 * @throws RoleNotFound (404), RoleInUse (`role_in_use`, 409), RoleBuiltIn (409), Forbidden (403)
 */
export async function deleteRole(ctx: Context, actor: Actor, name: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'roles:write')
    if (builtInRoles.includes(name)) throw new RoleBuiltIn(name)
    const { permissions } = await getRole(ctx, name)
    await requireCovers(ctx, actor, permissions)
    if (await isHeld(ctx.db, name)) throw new RoleInUse()
    await removeRole(ctx.db, name)
    await record(ctx, { actor, action: 'role.deleted', target: name, detail: { permissions } })
  })
}

/**
 * Refuses roles that do not exist, or whose permissions the actor does not hold; only administrators can grant `admin`.
 * Part of a transaction that has taken `lockPower`.
 *
 * @throws InvalidInput (422) naming `roles`, Forbidden (`forbidden`, 403)
 */
export async function requireGrantable(ctx: Context, actor: Actor, names: readonly string[]): Promise<void> {
  const known = await knownRoles(ctx.db, names)
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new InvalidInput(
      unknown.map(() => ({ field: 'roles', code: 'unknown_role', detail: 'Unknown role.' })),
    )
  }
  await requireCoversRoles(ctx, actor, names)
}

/**
 * Requires every permission of roles, those of them that exist; only administrators hold `admin`.
 *
 * @throws Forbidden (`forbidden`, 403)
 */
export async function requireCoversRoles(
  ctx: Context,
  actor: Actor,
  names: readonly string[],
): Promise<void> {
  const granted = await permissionsOfRoles(ctx.db, names)
  await requireCovers(ctx, actor, names.includes(adminRole) ? [...granted, administration] : granted)
}

/** Held by administrators alone: no role can have a permission of this form. */
const administration = '*'
