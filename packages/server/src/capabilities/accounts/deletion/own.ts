import type { Context } from '../../../context.ts'
import { InvalidChallenge, useChallenge } from '../../challenges/index.ts'
import { lockUser } from '../store.ts'
import { keep, keepingChallenge } from './service.ts'
import { findDeletion } from './store.ts'

/** How long who has just signed in may take to keep the account, in milliseconds. */
const keepWithin = 10 * 60_000

/**
 * What a sign-in to an account that its owner wants deleted is answered with: until when it can be kept, and the challenge
 * that keeps it. Undefined for any other account, one that an administrator deletes included.
 */
export async function offerToKeep(
  ctx: Context,
  userId: string,
): Promise<{ dueAt: number; challenge: string } | undefined> {
  const deletion = await findDeletion(ctx.db, userId)
  if (deletion?.requested_by !== 'owner') return undefined
  return { dueAt: deletion.due_at, challenge: await keepingChallenge(ctx, userId, keepWithin) }
}

/**
 * Keeps an account whose owner asked for its deletion, by the challenge of a sign-in or the token of a message's link. Of
 * this and the erasure one wins.
 *
 * @throws InvalidChallenge (400) if it is wrong, used or too late
 */
export async function keepOwnAccount(ctx: Context, challenge: string): Promise<void> {
  await useChallenge(ctx, 'keep-account', { token: challenge }, async (ctx, { subject }) => {
    const row = await lockUser(ctx.db, subject)
    const deletion = await findDeletion(ctx.db, subject)
    if (row === undefined || deletion?.requested_by !== 'owner') throw new InvalidChallenge()
    await keep(ctx, { kind: 'user', id: subject }, row, deletion)
  })
}
