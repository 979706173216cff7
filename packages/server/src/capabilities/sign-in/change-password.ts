import type { Context } from '../../context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { networkOf } from '../../platform/network.ts'
import { getUser } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { InvalidChallenge } from '../challenges/index.ts'
import { hashNewPassword, readNewPassword, replacePassword, requireAnother } from '../passwords/index.ts'
import { lookAtPaused, type Resuming, resumeSignIn } from './resume.ts'
import { type SignedIn, withTokens } from './signed-in.ts'
import { originOf } from './trail.ts'

/** New passwords that may be tried for one account: each costs a hash, and some a question to another server. */
const tries = { attempts: 20, seconds: 900 } as const

/**
 * Replaces a password that somebody else chose, and goes on with the sign-in that it was given at.
 *
 * @throws InvalidChallenge (400), InvalidInput (422) naming `password`, AccountDisabled (403), TooManyAttempts (429),
 *   HashQueueFull (503), and the step that the sign-in lacks then (401)
 */
export async function changePassword(ctx: Context, typed: string, resuming: Resuming): Promise<SignedIn> {
  const { client } = resuming
  const step = 'password_change_required'
  const password = readNewPassword(ctx.config, typed)
  const { userId } = await lookAtPaused(ctx, step, resuming)
  const wait = await ctx.throttles.limiter('password-change', tries).take(userId)
  if (wait > 0) throw new TooManyAttempts(wait)
  const user = await getUser(ctx, userId)
  if (user === undefined) throw new InvalidChallenge()
  const lane = networkOf(client.address)
  await requireAnother(ctx, userId, password, lane)
  const hash = await hashNewPassword(ctx, password, user, lane)
  const outcome = await resumeSignIn(ctx, step, resuming, async (ctx, held, proven) => {
    const { user } = held
    const by = { kind: 'owner', session: undefined } as const
    await replacePassword(ctx, user.id, { hash, replacing: undefined }, by)
    const who = { actor: { kind: 'user', id: user.id }, target: user.id, from: originOf(client) } as const
    await record(ctx, { ...who, action: 'user.updated', detail: { changed: ['password'] } })
    return { account: { ...held, mustChangePassword: false }, proven }
  })
  return withTokens(ctx, outcome)
}
