import type { Context } from '../../platform/context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { noteFailure, type Origin, record } from '../audit/index.ts'
import { isFirstFromDevice, type Session } from '../sessions/index.ts'

/** Signing in to an account, or making one. */
type Way = 'sign_in' | 'sign_up'

/** Writes down a sign-in that was refused: the same work whoever was tried. `userId` is undefined where nobody was. */
export function failed(
  ctx: Context,
  from: Origin,
  userId: string | undefined,
  reason: 'wrong_credentials' | 'account_disabled',
): void {
  ctx.metrics.signIn('failed')
  noteFailure(ctx, { action: 'sign_in.failed', userId, reason, from })
  ctx.caller?.note({ event: 'sign_in.failed', userId: userId ?? null, level: 'warn' })
}

/** Writes down an attempt that did not come to be tried, if that is what `error` says. */
export function throttled(
  ctx: Context,
  way: Way,
  from: Origin,
  userId: string | undefined,
  error: unknown,
): void {
  if (!(error instanceof TooManyAttempts)) return
  if (way === 'sign_in') ctx.metrics.signIn('throttled')
  const action = `${way}.throttled` as const
  noteFailure(ctx, { action, userId, reason: error.code, from })
  ctx.caller?.note({ event: action, userId: userId ?? null, level: 'warn' })
}

/**
 * Writes down that a session was opened, in the transaction that opens it, and whether it is the first on its device: somebody
 * who has just signed up has no other device to be told apart from.
 */
export async function succeeded(ctx: Context, way: Way, from: Origin, session: Session): Promise<void> {
  const { id, userId, method, device } = session
  const who = { actor: { kind: 'user', id: userId }, target: userId, from } as const
  await record(ctx, { ...who, action: `${way}.succeeded`, detail: { session: id, method } })
  if (way === 'sign_in' && (await isFirstFromDevice(ctx, session))) {
    const { browser, os } = device
    await record(ctx, { ...who, action: 'device.first_seen', detail: { session: id, browser, os } })
  }
  ctx.afterCommit(() => {
    if (way === 'sign_in') ctx.metrics.signIn('succeeded')
    ctx.caller?.note({ event: `${way}.succeeded`, userId, level: 'info' })
  })
}
