import type { Actor, Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { holdForSignIn, isSelf, missing, openForChange, requireUser } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import {
  deleteFactor,
  FactorNotFound,
  type FactorRow,
  factorsOf,
  findFactor,
  LastWayIn,
  makeRecoveryCodes,
  recoveryCodesOf,
  removeAllFactors,
  renameFactor,
} from '../factors/index.ts'
import { mailWayOf } from '../mail/index.ts'
import { requirePermission } from '../roles/index.ts'
import { openOwnFactors } from './access.ts'
import { tellRemoved } from './notices.ts'

/** What an account can be signed in to with besides a password. */
export interface FactorList {
  readonly factors: readonly FactorRow[]
  readonly recoveryCodes: { readonly left: number; readonly createdAt: number | null }
}

/**
 * A user's factors, for themselves or with `factors:read`.
 *
 * @throws Forbidden (403), UserNotFound (404, with `users:read`)
 */
export async function listFactors(ctx: Context, actor: Actor, userId: string): Promise<FactorList> {
  if (!isSelf(actor, userId)) {
    await requirePermission(ctx, actor, 'factors:read')
    await requireUser(ctx, actor, userId)
  }
  return { factors: await factorsOf(ctx.db, userId), recoveryCodes: await recoveryCodesOf(ctx.db, userId) }
}

/**
 * Renames one of the actor's own factors.
 *
 * @throws FactorNotFound (404), and what `openForChange` throws
 */
export async function changeFactor(
  ctx: Context,
  actor: Actor,
  userId: string,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<FactorRow> {
  if (!isSelf(actor, userId)) throw await missing(ctx, actor, userId)
  return inTransaction(ctx, async (ctx) => {
    await openForChange(ctx, actor, userId, 'factors:write')
    const factor = await requireFactor(ctx, userId, id)
    await renameFactor(ctx.db, id, name)
    await record(ctx, { actor, action: 'factor.changed', target: userId, detail: { factor: id } })
    return { ...factor, name }
  })
}

/**
 * Removes a factor: the actor's own, or, with `factors:write`, that of a user who holds nothing that the actor lacks, who
 * is told. The recovery codes go with the last factor.
 *
 * @throws FactorNotFound (404), LastWayIn (409), and what `openOwnFactors` and `openForChange` throw
 */
export async function removeFactor(ctx: Context, actor: Actor, userId: string, id: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await openForRemoval(ctx, actor, userId)
    const { kind } = await requireFactor(ctx, userId, id)
    await deleteFactor(ctx.db, id)
    await requireWayIn(ctx, userId)
    await record(ctx, { actor, action: 'factor.removed', target: userId, detail: { factor: id, kind } })
    const others = await factorsOf(ctx.db, userId)
    const codes = others.length === 0 ? await removeAllFactors(ctx, userId) : []
    const removed = [kind === 'totp' ? 'totp' : 'passkeys', ...codes] as const
    if (!isSelf(actor, userId)) await tellRemoved(ctx, userId, removed)
  })
}

/**
 * Removes all factors and recovery codes of a user, as `removeFactor` does one: what an administrator does for somebody
 * who has lost them.
 *
 * @throws what `openOwnFactors` and `openForChange` throw
 */
export async function removeEveryFactor(ctx: Context, actor: Actor, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await openForRemoval(ctx, actor, userId)
    const removed = await removeAllFactors(ctx, userId)
    if (removed.length === 0) return
    await requireWayIn(ctx, userId)
    await record(ctx, { actor, action: 'factor.removed', target: userId, detail: { removed } })
    if (!isSelf(actor, userId)) await tellRemoved(ctx, userId, removed)
  })
}

/**
 * Gives the actor ten new recovery codes, shown this once, in place of those before.
 *
 * @throws what `openOwnFactors` throws
 */
export async function newRecoveryCodes(ctx: Context, actor: Actor, userId: string): Promise<string[]> {
  return inTransaction(ctx, async (ctx) => {
    await openOwnFactors(ctx, actor, userId)
    const codes = await makeRecoveryCodes(ctx, userId)
    await record(ctx, { actor, action: 'recovery_codes.created', target: userId })
    return codes
  })
}

async function openForRemoval(ctx: Context, actor: Actor, userId: string): Promise<void> {
  if (isSelf(actor, userId)) await openOwnFactors(ctx, actor, userId)
  else await openForChange(ctx, actor, userId, 'factors:write')
}

/**
 * Requires that an account can still be signed in to: by a password, a passkey, or by mail to a verified address.
 *
 * @throws LastWayIn (`last_way_in`, 409)
 */
async function requireWayIn(ctx: Context, userId: string): Promise<void> {
  const account = await holdForSignIn(ctx, userId)
  const byMail = account?.user.emailVerified === true && mailWayOf(ctx.config).kind !== 'none'
  const ways = account?.passwordHash !== undefined || account?.factors.includes('passkey') === true || byMail
  if (!ways) throw new LastWayIn()
}

async function requireFactor(ctx: Context, userId: string, id: string): Promise<FactorRow> {
  const factor = await findFactor(ctx.db, userId, id)
  if (factor === undefined || factor.confirmed_at === null) throw new FactorNotFound()
  return factor
}
