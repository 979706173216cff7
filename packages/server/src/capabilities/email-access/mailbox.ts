import type { Context } from '../../context.ts'
import type { Planted } from '../../planted.ts'
import { getUser, type HeldAccount, holdForSignIn, takeAddress } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { addressSubject, InvalidChallenge, withdrawChallenges } from '../challenges/index.ts'
import { readEmail } from '../identifiers/index.ts'
import { queueMail, queueMailIf } from '../mail/index.ts'
import type { Mailbox } from './request.ts'

/** An account whose mailbox was proven, held as it is until the transaction ends. */
export interface ProvenMailbox {
  readonly account: HeldAccount
  /** What is gone because nobody had proven the address before; undefined where somebody had. */
  readonly removed: readonly Planted[] | undefined
}

/**
 * Takes the word of whoever reads an account's mail. The first time, the address counts as verified from then on, and
 * everything goes that somebody else may have set up before: anybody can sign up with an address that is not theirs. The
 * owner is told what went.
 *
 * @throws InvalidChallenge (400) if the account is gone or has another address; EmailTaken (409) if another account has
 *   verified the address meanwhile
 */
export async function proveMailbox(ctx: Context, { userId, emailKey }: Mailbox): Promise<ProvenMailbox> {
  const account = userId === null ? undefined : await holdForSignIn(ctx, userId)
  const reading = readEmail(account?.user.email ?? '')
  if (account === undefined || !reading.ok || reading.value.key !== emailKey) throw new InvalidChallenge()
  const { user } = account
  if (user.emailVerified) return { account, removed: undefined }

  await takeAddress(ctx, user.id, reading.value)
  await withdrawChallenges(ctx, user.id)
  await withdrawChallenges(ctx, addressSubject(ctx, emailKey))
  const removed = await ctx.instance.removePlanted(ctx, user.id)
  const who = { actor: { kind: 'user', id: user.id }, target: user.id } as const
  await record(ctx, { ...who, action: 'email.verified' })
  if (removed.length > 0) {
    await record(ctx, { ...who, action: 'user.planted_removed', detail: { removed } })
    const values = { removed, name: user.username, at: ctx.clock.now(), address: ctx.caller?.address }
    await queueMail(ctx, { to: reading.value.email, message: 'squatter-removed', userId: user.id, values })
  }
  const after = await holdForSignIn(ctx, user.id)
  if (after === undefined) throw new InvalidChallenge()
  return { account: after, removed }
}

/** Tells the owner that somebody tried wrong codes until the challenge died. */
export async function tellOfWrongCodes(ctx: Context, { userId }: Mailbox): Promise<void> {
  const user = await getUser(ctx, userId ?? '')
  await queueMailIf(ctx, user?.email != null, {
    to: user?.email ?? 'nobody@localhost',
    message: 'too-many-codes',
    userId: user?.id,
    values: { name: user?.username, at: ctx.clock.now(), address: ctx.caller?.address },
  })
}
