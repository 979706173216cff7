import type { Actor, Context } from '../../../context.ts'
import { isUniqueViolation } from '../../../platform/db/errors.ts'
import { inTransaction } from '../../../platform/db/transaction.ts'
import { record } from '../../audit/index.ts'
import { InvalidChallenge, type Proof, useChallenge, withdrawChallenges } from '../../challenges/index.ts'
import { readEmail } from '../../identifiers/index.ts'
import { openForChange } from '../access.ts'
import { userOf } from '../read.ts'
import { changeUser, holderOfVerified, lockUser, type UserRow } from '../store.ts'
import { EmailTaken, NothingToVerify } from './errors.ts'
import { messagesEvery, sendVerification, tellFormerAddress, unverifiedOf } from './messages.ts'

/**
 * Verifies the address that a link or code was sent to: the account's own, or the one that takes its place. Using a
 * second link of the same address is no mistake.
 *
 * @throws InvalidChallenge (400); EmailTaken (409) if another account has verified the address; TooManyAttempts (429)
 */
export async function verifyEmail(ctx: Context, proof: Proof): Promise<void> {
  await useChallenge(ctx, 'verify-email', proof, async (ctx, { subject, payload: { email, from } }) => {
    const row = await lockUser(ctx.db, subject)
    if (row === undefined || row.disabled_at !== null) throw new InvalidChallenge()
    if (row.email === email && row.email_verified_at !== null) return
    if (row.email !== from || unverifiedOf(userOf(row, [])) !== email) throw new InvalidChallenge()
    await markVerified(ctx, { kind: 'user', id: row.id }, row)
  })
}

/**
 * Makes the address of an account that is still to be verified its verified one, in the transaction that has locked `row`.
 * The address before it is told, and can undo it.
 *
 * @throws EmailTaken (409) if another account has verified the address; TooManyAttempts (429) after too many changes
 */
export async function markVerified(
  ctx: Context,
  actor: Actor | { readonly kind: 'user'; readonly id: string },
  row: UserRow,
): Promise<void> {
  const email = unverifiedOf(userOf(row, []))
  const reading = email === null ? undefined : readEmail(email)
  if (reading?.ok !== true) throw new NothingToVerify()
  await takeAddress(ctx, row.id, reading.value)
  if (row.pending_email === null) {
    await record(ctx, { actor, action: 'email.verified', target: row.id })
    return
  }
  await record(ctx, { actor, action: 'email.changed', target: row.id })
  await withdrawForAddress(ctx, row.id)
  await tellFormerAddress(ctx, row, { email, undoable: true })
}

/**
 * Gives an account a verified address. Of two that claim the same, the database lets one have it.
 *
 * @throws EmailTaken (409)
 */
export async function takeAddress(
  ctx: Context,
  userId: string,
  { email, key }: { readonly email: string; readonly key: string },
): Promise<void> {
  const holder = await holderOfVerified(ctx.db, key)
  if (holder !== undefined && holder !== userId) throw new EmailTaken()
  const now = ctx.clock.now()
  const set = { email, email_key: key, email_verified_at: now, pending_email: null, updated_at: now }
  try {
    await changeUser(ctx.db, userId, set)
  } catch (error) {
    throw isUniqueViolation(error, 'email') ? new EmailTaken() : error
  }
}

/** Withdraws what was sent to the address that an account had: nobody signs in or resets a password by it any more. */
export async function withdrawForAddress(ctx: Context, userId: string): Promise<void> {
  await withdrawChallenges(ctx, userId, { except: ['undo-email'] })
}

/**
 * Sends the message again, for the account's own user.
 *
 * @throws NothingToVerify (409), TooManyAttempts (429) within a minute of the one before, SessionEnded (401), Forbidden (403)
 */
export async function requestVerification(ctx: Context, actor: Actor, userId: string): Promise<string> {
  return inTransaction(ctx, async (ctx) => {
    const row = await openForChange(ctx, actor, userId, 'users:write')
    return sendVerification(ctx, userOf(row, []), { everyMs: messagesEvery })
  })
}

/**
 * Verifies a user's address by an administrator's word.
 *
 * @throws NothingToVerify (409), EmailTaken (409), Forbidden (403), UserNotFound (404)
 */
export async function verifyEmailOf(ctx: Context, actor: Actor, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await markVerified(ctx, actor, await openForChange(ctx, actor, userId, 'users:write'))
  })
}

/** Whether an account has verified the address with this key. */
export async function isVerifiedAddress(ctx: Context, emailKey: string): Promise<boolean> {
  return (await holderOfVerified(ctx.db, emailKey)) !== undefined
}
