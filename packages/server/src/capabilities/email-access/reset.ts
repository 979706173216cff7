import type { Context } from '../../context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'
import { getUser } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import {
  addressSubject,
  InvalidChallenge,
  lookAtChallenge,
  type Proof,
  useChallenge,
  withdrawChallenges,
} from '../challenges/index.ts'
import { queueMail } from '../mail/index.ts'
import { hashNewPassword, readNewPassword, replacePassword } from '../passwords/index.ts'
import { proveMailbox, tellOfWrongCodes } from './mailbox.ts'

/** Passwords that one network may try to set: each costs a hash. */
const tries = { attempts: 30, seconds: 900 } as const

/**
 * Sets the password of somebody who lost theirs, and reads their mail. Every session ends, no device stays known, and what a
 * squatter planted before the address was verified goes. A disabled account stays as it is.
 *
 * @throws InvalidChallenge (400), EmailTaken (409), InvalidInput (422) naming `password`, TooManyAttempts (429),
 *   HashQueueFull (503)
 */
export async function resetPassword(
  ctx: Context,
  proof: Proof,
  typed: string,
  address: string,
): Promise<void> {
  const password = readNewPassword(ctx.config, typed)
  const network = networkOf(address)
  const throttle = ctx.throttles.limiter('password-reset', tries)
  const wait = await throttle.take(ctx.sealer.digest(network, 'throttling'))
  if (wait > 0) throw new TooManyAttempts(wait)
  // a code is checked only when it is used, so that what it costs and says is the same for every address
  const found = await lookAtChallenge(ctx, 'reset-password', proof)
  if (found === undefined) throw new InvalidChallenge()
  const user = await getUser(ctx, found.payload.userId ?? '')
  const owner = 'token' in proof && user !== undefined ? user : { username: '' }
  const hash = await hashNewPassword(ctx, password, owner, network)
  await useChallenge(
    ctx,
    'reset-password',
    proof,
    async (ctx, { payload }) => {
      const { account, removed } = await proveMailbox(ctx, payload)
      const { user } = account
      if (user.disabled) throw new InvalidChallenge()
      await replacePassword(ctx, user.id, { hash, replacing: undefined }, { kind: 'reset' })
      await withdrawChallenges(ctx, user.id, { except: ['undo-email'] })
      await withdrawChallenges(ctx, addressSubject(ctx, payload.emailKey))
      const who = { actor: { kind: 'user', id: user.id }, target: user.id } as const
      await record(ctx, { ...who, action: 'password.reset' })
      if (removed !== undefined && removed.length > 0) return
      const values = { name: user.username, at: ctx.clock.now(), address: ctx.caller?.address }
      await queueMail(ctx, { to: user.email ?? '', message: 'password-changed', userId: user.id, values })
    },
    { exhausted: (ctx, { payload }) => tellOfWrongCodes(ctx, payload) },
  )
}
