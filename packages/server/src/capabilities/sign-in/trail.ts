import type { Context } from '../../context.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import type { NextStepKind } from '../../sign-in-step.ts'
import { noteFailure, type Origin, record } from '../audit/index.ts'
import type { DeviceHints, NewlyOpened } from '../sessions/index.ts'

/** Signing in to an account, or creating one. */
export type Way = 'sign_in' | 'sign_up'

/** Where a request came from, and what it says about its device. */
export interface Client {
  address: string
  hints: DeviceHints
  /** The tokens that known devices were given; read at sign-in alone. */
  deviceTokens?: readonly string[]
  /** Aborts when nobody waits for the answer any more. */
  signal?: AbortSignal
}

export const originOf = ({ address, hints: { userAgent } }: Client): Origin => ({ address, userAgent })

/** Records a refused sign-in: the same work for every name. `userId` is undefined where no account has the name. */
export function failed(
  ctx: Context,
  from: Origin,
  userId: string | undefined,
  reason: 'wrong_credentials' | 'account_disabled' | 'deletion_pending',
): void {
  ctx.metrics.signIn('failed')
  noteFailure(ctx, { action: 'sign_in.failed', userId, reason, from })
  ctx.caller?.note({ event: 'sign_in.failed', userId: userId ?? null, level: 'warn' })
}

/** Records an attempt with a password that is being tried at many accounts; whether it is right, another event says. */
export function sprayed(ctx: Context, from: Origin, userId: string | undefined): void {
  ctx.metrics.sprayed()
  noteFailure(ctx, { action: 'sign_in.sprayed', userId, reason: 'one_password_many_accounts', from })
}

/**
 * Records an attempt that was throttled. An `error` of another kind (the server is stopping, the database is away) says
 * nothing about the caller, and is not recorded.
 */
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

/** Records that evidence was accepted, and that the sign-in lacks a step, in the transaction that pauses it. */
export async function incomplete(
  ctx: Context,
  from: Origin,
  userId: string,
  detail: { readonly missing: NextStepKind; readonly method: string },
): Promise<void> {
  const actor = { kind: 'user', id: userId } as const
  await record(ctx, { actor, action: 'sign_in.incomplete', target: userId, from, detail })
  ctx.afterCommit(() => ctx.caller?.note({ event: 'sign_in.incomplete', userId, level: 'info' }))
}

/**
 * Records that a session was opened, in the transaction that opens it, and whether it is the first on its device: a new
 * user has no other device to tell it from.
 */
export async function succeeded(
  ctx: Context,
  way: Way,
  from: Origin,
  { session, isNewDevice }: NewlyOpened,
): Promise<void> {
  const { id, userId, method, device } = session
  const who = { actor: { kind: 'user', id: userId }, target: userId, grant: id, from } as const
  await record(ctx, { ...who, action: `${way}.succeeded`, detail: { session: id, method } })
  if (way === 'sign_in' && isNewDevice) {
    const { browser, os } = device
    await record(ctx, {
      ...who,
      action: 'device.first_seen',
      detail: { session: id },
      names: { browser, os },
    })
  }
  ctx.afterCommit(() => {
    if (way === 'sign_in') ctx.metrics.signIn('succeeded')
    ctx.caller?.note({ event: `${way}.succeeded`, userId, level: 'info' })
  })
}
