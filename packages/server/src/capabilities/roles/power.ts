import type { ServerPermission } from '../../capability.ts'
import type { Actor, ClientActor, Context, UserActor } from '../../context.ts'
import { underCeiling } from '../../grant.ts'
import { serialize } from '../../platform/db/locks.ts'
import { findGrant } from '../grants/index.ts'
import { AudienceRequired, Forbidden } from './errors.ts'
import { adminRole } from './permissions.ts'
import { permissionsOfRoles, rolesOfEach } from './store.ts'

/** What a user may do, according to the database now. */
export interface Power {
  /** Holds `admin`, which covers every permission, including future ones. */
  readonly administrator: boolean
  readonly permissions: ReadonlySet<string>
}

const none: Power = { administrator: false, permissions: new Set() }

/**
 * Lets one transaction at a time use or change power, across all instances: it sees every earlier demotion, and the last
 * two administrators cannot each count on the other to stay. Take it first, before any row lock.
 */
export async function lockPower(ctx: Context): Promise<void> {
  await serialize(ctx.db, 'power')
}

/** The roles of a user, sorted. */
export async function rolesOf(ctx: Context, userId: string): Promise<string[]> {
  return (await rolesOfEach(ctx.db, [userId])).get(userId) ?? []
}

export async function powerOf(ctx: Context, userId: string): Promise<Power> {
  return powerBy(await authorityOf(ctx, { kind: 'user', id: userId }))
}

/** Whose authority is looked up: a user's, or a client's by its grant. */
export type Holder = Pick<UserActor, 'kind' | 'id' | 'ceiling'> | Pick<ClientActor, 'kind' | 'ceiling'>

/** Roles and permissions as the database says now, each sorted. */
export interface CurrentAuthority {
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/**
 * What a user or client holds now. A ceiling takes all roles away: a role stands for more than the ceiling names. A client has
 * no roles, and the permissions of its grant.
 */
export async function authorityOf(ctx: Context, holder: Holder): Promise<CurrentAuthority> {
  if (holder.kind === 'client') return { roles: [], permissions: holder.ceiling }
  const roles = await rolesOf(ctx, holder.id)
  const permissions = await permissionsOfRoles(ctx.db, roles)
  if (holder.ceiling === undefined) return { roles, permissions }
  return { roles: [], permissions: underCeiling(permissions, holder.ceiling) }
}

function powerBy({ roles, permissions }: CurrentAuthority): Power {
  return { administrator: roles.includes(adminRole), permissions: new Set(permissions) }
}

/**
 * What an actor may do by the grant that they act with: nothing once it has ended (which is how disabling, deleting and
 * signing out take effect on requests already under way), nor with a token that APIs see too.
 */
async function powerOfActor(ctx: Context, actor: UserActor | ClientActor): Promise<Power> {
  if (!actor.mayUsePower) return none
  const grant = await findGrant(ctx, actor.kind === 'user' ? actor.session : actor.grant, actor.id)
  if (grant === undefined) return none
  const holder: Holder =
    grant.kind === 'client'
      ? { kind: 'client', ceiling: grant.ceiling }
      : { kind: 'user', id: grant.subject, ceiling: grant.ceiling }
  return powerBy(await authorityOf(ctx, holder))
}

/** Whether `power` allows granting or revoking `permission`. */
export function covers(power: Power, permission: string): boolean {
  return power.administrator || power.permissions.has(permission)
}

/** Whether an actor holds one of the server's permissions now, with their token. */
export async function hasPermission(
  ctx: Context,
  actor: Actor,
  permission: ServerPermission,
): Promise<boolean> {
  if (actor.kind === 'system') return true
  return covers(await powerOfActor(ctx, actor), permission)
}

/**
 * Requires a permission. Call it in the transaction that needs it, after `lockPower`.
 *
 * @throws AudienceRequired (`audience_required`, 403), Forbidden (`forbidden`, 403)
 */
export async function requirePermission(
  ctx: Context,
  actor: Actor,
  permission: ServerPermission,
): Promise<void> {
  if (actor.kind !== 'system' && !actor.mayUsePower) throw new AudienceRequired()
  if (!(await hasPermission(ctx, actor, permission))) throw new Forbidden()
}

/**
 * Whether an actor is an administrator now, with their token. Holding every permission does not make one.
 */
export async function isAdministrator(ctx: Context, actor: Actor): Promise<boolean> {
  return actor.kind === 'system' || (await powerOfActor(ctx, actor)).administrator
}

/**
 * Requires all of `permissions`: nobody grants or revokes what they do not hold.
 *
 * @throws Forbidden (`forbidden`, 403)
 */
export async function requireCovers(
  ctx: Context,
  actor: Actor,
  permissions: Iterable<string>,
): Promise<void> {
  if (actor.kind === 'system') return
  const power = await powerOfActor(ctx, actor)
  for (const permission of permissions) if (!covers(power, permission)) throw new Forbidden()
}

/**
 * Refuses a target who holds a permission that the actor lacks.
 *
 * @throws Forbidden (`forbidden`, 403)
 */
export async function requireWithinPower(ctx: Context, actor: Actor, targetUserId: string): Promise<void> {
  if (actor.kind === 'system') return
  if (actor.kind === 'user' && actor.id === targetUserId) return
  const [own, target] = [await powerOfActor(ctx, actor), await powerOf(ctx, targetUserId)]
  const reachable =
    own.administrator ||
    (!target.administrator && [...target.permissions].every((p) => own.permissions.has(p)))
  if (!reachable) throw new Forbidden()
}
