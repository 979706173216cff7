import type { Context } from '../../../context.ts'
import { TooManyAttempts } from '../../../platform/errors.ts'
import { createChallenge, openChallenges } from '../../challenges/index.ts'
import { pageLink, queueMail } from '../../mail/index.ts'
import type { User } from '../read.ts'
import type { UserRow } from '../store.ts'
import { NothingToVerify } from './errors.ts'

declare module '../../challenges/purposes.ts' {
  interface ChallengePayloads {
    /** `email` is to be verified; `from` is the account's address until then, the same if it only lacks verification. */
    'verify-email': { readonly email: string; readonly from: string | null }
    /** The address that the account gets back. */
    'undo-email': { readonly email: string }
  }
}

const day = 24 * 3_600_000

/** How long the link and the code in a message are good for, in milliseconds. */
const verificationLifetime = day
/** How long a change of address can be undone from the address before it, in milliseconds. */
const undoLifetime = 7 * day
/** The shortest time between two messages that are asked for, in milliseconds. */
export const messagesEvery = 60_000
/** How many changes of one account can be undone at a time; a link is never given up for a later one. */
const mostUndos = 4

/** What of a user matters here. */
export type Addressee = Pick<User, 'id' | 'username' | 'email' | 'emailVerified' | 'pendingEmail'>

/** The address of an account that is still to be verified, if any. */
export function unverifiedOf({ email, emailVerified, pendingEmail }: Addressee): string | null {
  return pendingEmail ?? (emailVerified ? null : email)
}

/**
 * Sends a link and a code to the address that is still to be verified: the account's, or the one to take its place. Returns the
 * challenge that the code belongs to.
 *
 * @throws NothingToVerify (409), TooManyAttempts (429) sooner than `everyMs` after the message before
 */
export async function sendVerification(
  ctx: Context,
  user: Addressee,
  { everyMs = 0 }: { everyMs?: number } = {},
): Promise<string> {
  const to = unverifiedOf(user)
  if (to === null) throw new NothingToVerify()
  const { id, token, code } = await createChallenge(ctx, {
    purpose: 'verify-email',
    subject: user.id,
    payload: { email: to, from: user.email },
    lifetimeMs: verificationLifetime,
    everyMs,
    code: true,
  })
  await queueMail(ctx, {
    to,
    message: user.pendingEmail === null ? 'verify-email' : 'change-email',
    userId: user.id,
    values: {
      link: pageLink(ctx, '/verify', token),
      code,
      expiresInMs: verificationLifetime,
      name: user.username,
    },
  })
  return id
}

/**
 * Tells the verified address that an account had until now. `before` is the account as it was; its owner gets a link that
 * undoes the change, an administrator's decision stands.
 *
 * @throws TooManyAttempts (429) when as many changes as possible can still be undone
 */
export async function tellFormerAddress(
  ctx: Context,
  before: UserRow,
  now: { readonly email: string | null; readonly undoable: boolean },
): Promise<void> {
  const { id, username, email } = before
  if (email === null || before.email_verified_at === null) return
  const at = ctx.clock.now()
  const values = { email: now.email ?? undefined, at, name: username, address: ctx.caller?.address }
  if (!now.undoable) {
    await queueMail(ctx, { to: email, message: 'email-changed', userId: id, values })
    return
  }
  if ((await openChallenges(ctx, 'undo-email', id)) >= mostUndos) throw new TooManyAttempts(day)
  const { token } = await createChallenge(ctx, {
    purpose: 'undo-email',
    subject: id,
    payload: { email },
    lifetimeMs: undoLifetime,
  })
  await queueMail(ctx, {
    to: email,
    message: 'email-changed',
    userId: id,
    values: { ...values, link: pageLink(ctx, '/undo-email', token), expiresInMs: undoLifetime },
  })
}
