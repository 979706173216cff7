import type { Actor, Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { readList } from '../../platform/db/lists.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { readAll } from '../../platform/reading.ts'
import { EmailTaken, getUser, isVerifiedAddress, requireMayWriteTo } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { createChallenge, withdrawChallenges } from '../challenges/index.ts'
import { readEmail } from '../identifiers/index.ts'
import { pageLink, queueMail, requireMail } from '../mail/index.ts'
import {
  Forbidden,
  hasPermission,
  lockPower,
  memberRole,
  requireCoversRoles,
  requireGrantable,
  requirePermission,
} from '../roles/index.ts'
import { requireInvitations } from '../sign-in/index.ts'
import { InvitationNotFound } from './errors.ts'
import {
  changeInvitation,
  deleteExpiredBefore,
  findInvitations,
  type InvitationRow,
  insertInvitation,
  lockInvitation,
} from './store.ts'

const day = 24 * 3_600_000
/** How long an invitation can be accepted, in milliseconds. */
const lifetime = 7 * day
/** How long an invitation is kept after it has expired, in milliseconds. */
const keptFor = 30 * day

/** An invitation. Times are milliseconds since the epoch. */
export interface Invitation {
  readonly id: string
  readonly email: string
  /** Sorted. */
  readonly roles: readonly string[]
  /** A user's id, or `system`. */
  readonly invitedBy: string
  readonly status: 'pending' | 'accepted' | 'revoked' | 'expired'
  readonly createdAt: number
  readonly expiresAt: number
}

/** Whether an invitation can be accepted. */
export const isPending = (row: InvitationRow, now: number): boolean => statusOf(row, now) === 'pending'

function statusOf({ accepted_at, revoked_at, expires_at }: InvitationRow, now: number): Invitation['status'] {
  if (accepted_at !== null) return 'accepted'
  if (revoked_at !== null) return 'revoked'
  return now < expires_at ? 'pending' : 'expired'
}

export const rolesOfInvitation = ({ roles }: InvitationRow): string[] => readList(roles === '' ? null : roles)

function toInvitation(row: InvitationRow, now: number): Invitation {
  return {
    id: row.id,
    email: row.email,
    roles: rolesOfInvitation(row),
    invitedBy: row.invited_by,
    status: statusOf(row, now),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}

/**
 * Invites whoever reads the mail of an address to create an account with these roles (`member` by default), for seven days.
 * The actor needs `users:write` and every permission of the roles, then and still when the invitation is accepted.
 *
 * @throws InvalidInput (422), Forbidden (403), TooManyAttempts (429), SignUpClosed (403), MailNotConfigured (501); for an
 *   actor with `users:read`, EmailTaken (409) if an account has verified the address
 */
export async function invite(
  ctx: Context,
  actor: Actor,
  input: { readonly email: string; readonly roles?: readonly string[] | undefined },
): Promise<Invitation> {
  requireInvitations(ctx)
  requireMail(ctx)
  const { address } = readAll((read) => ({ address: read('email', input.email, readEmail) }))
  if (address === undefined) throw new TypeError('an invitation needs an address')
  // what a client may do ends with its grant, which says nothing about later
  if (actor.kind === 'client') throw new Forbidden()
  await requireMayWriteTo(ctx, address.key)
  const roles = [...new Set(input.roles ?? [memberRole])].sort()
  return inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'users:write')
    await requireGrantable(ctx, actor, roles)
    const mayKnow = await hasPermission(ctx, actor, 'users:read')
    if (mayKnow && (await isVerifiedAddress(ctx, address.key))) throw new EmailTaken()
    const now = ctx.clock.now()
    const row: InvitationRow = {
      id: newId(ctx.clock),
      email: address.email,
      email_key: address.key,
      roles: roles.join(),
      invited_by: actor.kind === 'user' ? actor.id : 'system',
      created_at: now,
      expires_at: now + lifetime,
      accepted_at: null,
      accepted_by: null,
      revoked_at: null,
    }
    await insertInvitation(ctx.db, row)
    await record(ctx, { actor, action: 'invitation.created', target: row.id, detail: { roles } })
    await send(ctx, row, actor)
    return toInvitation(row, now)
  })
}

async function send(ctx: Context, { id, email }: InvitationRow, actor: Actor): Promise<void> {
  const { token } = await createChallenge(ctx, {
    purpose: 'invitation',
    subject: id,
    payload: {},
    lifetimeMs: lifetime,
  })
  const inviter = actor.kind === 'user' ? (await getUser(ctx, actor.id))?.username : undefined
  await queueMail(ctx, {
    to: email,
    message: 'invitation',
    values: { link: pageLink(ctx, '/accept-invitation', token), expiresInMs: lifetime, inviter },
  })
}

/**
 * A page of invitations, newest first; those that are over stay for a month.
 *
 * @throws InvalidInput (422) for an invalid cursor, Forbidden (403) without `users:write`
 */
export async function listInvitations(
  ctx: Context,
  actor: Actor,
  page: PageRequest,
): Promise<Page<Invitation>> {
  await requirePermission(ctx, actor, 'users:write')
  const before = page.cursor === undefined ? undefined : readCursor(ctx, 'invitations', page.cursor)
  const rows = await findInvitations(ctx.db, { before, limit: page.limit + 1 })
  const { items, next } = pageOf(rows, page.limit, (row) => writeCursor(ctx, 'invitations', row.id))
  const now = ctx.clock.now()
  return { items: items.map((row) => toInvitation(row, now)), next }
}

/**
 * Revokes an invitation: its link works no more. The actor needs `users:write` and every permission of its roles.
 *
 * @throws InvitationNotFound (404) unless it is pending, Forbidden (403)
 */
export async function revokeInvitation(ctx: Context, actor: Actor, id: string): Promise<Invitation> {
  return inTransaction(ctx, async (ctx) => {
    await lockPower(ctx)
    await requirePermission(ctx, actor, 'users:write')
    const row = await lockInvitation(ctx.db, id)
    const now = ctx.clock.now()
    if (row === undefined || !isPending(row, now)) throw new InvitationNotFound()
    await requireCoversRoles(ctx, actor, rolesOfInvitation(row))
    await changeInvitation(ctx.db, id, { revoked_at: now })
    await withdrawChallenges(ctx, id)
    await record(ctx, { actor, action: 'invitation.revoked', target: id })
    return toInvitation({ ...row, revoked_at: now }, now)
  })
}

/** Deletes old invitations, a limited number at a time; safe on any number of instances. */
export async function sweepInvitations(ctx: Context): Promise<void> {
  await deleteExpiredBefore(ctx.db, ctx.clock.now() - keptFor, 500)
}
