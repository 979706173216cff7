import type { Context } from '../../../context.ts'
import { record } from '../../audit/index.ts'
import { addressSubject, InvalidChallenge, useChallenge, withdrawChallenges } from '../../challenges/index.ts'
import { readEmail } from '../../identifiers/index.ts'
import { endSessionsOf } from '../../sessions/index.ts'
import { lockUser } from '../store.ts'
import { tellFormerAddress } from './messages.ts'
import { takeAddress } from './verify.ts'

/**
 * Gives an account the verified address back that it had before a change, for whoever reads that address's mail. Whoever
 * changed it may have been a stranger: every session ends, what was sent to other addresses works no more, and the address
 * that goes is told, without a way to undo this.
 *
 * @throws InvalidChallenge (400); EmailTaken (409) if another account has verified the address meanwhile
 */
export async function undoEmailChange(ctx: Context, token: string): Promise<void> {
  await useChallenge(ctx, 'undo-email', { token }, async (ctx, { subject, payload }) => {
    const before = await lockUser(ctx.db, subject)
    const reading = readEmail(payload.email)
    if (before === undefined || !reading.ok) throw new InvalidChallenge()
    await takeAddress(ctx, subject, reading.value)
    await endSessionsOf(ctx, subject, 'email_restored')
    await withdrawChallenges(ctx, subject)
    if (before.email_key !== null) await withdrawChallenges(ctx, addressSubject(ctx, before.email_key))
    const actor = { kind: 'user', id: subject } as const
    await record(ctx, { actor, action: 'email.restored', target: subject })
    await tellFormerAddress(ctx, before, { email: reading.value.email, undoable: false })
  })
}
