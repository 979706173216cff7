import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import type { NextStep } from '../../sign-in-step.ts'
import { offerToKeep, type SignInAccount, type User } from '../accounts/index.ts'
import { rememberDevice } from '../devices/index.ts'
import { type OpenedSession, openSession } from '../sessions/index.ts'
import { AccountDisabled, DeletionPending, WrongCredentials } from './errors.ts'
import type { Evidence, Proven, SignInRequest } from './evidence.ts'
import { pauseSignIn } from './pause.ts'
import { failed, incomplete, originOf, succeeded } from './trail.ts'

/** Who signs in. */
export type SigningInAccount = Pick<SignInAccount, 'user' | 'mustChangePassword' | 'factors'>

/** A sign-in that is complete: the session is open. */
export interface SessionOpened {
  readonly kind: 'session'
  readonly user: User
  readonly opened: OpenedSession
  /** What the device shows at its next sign-in, to be told from strangers. */
  readonly deviceToken: string
}

/** A session, or what is still missing. A new kind of step makes the compiler point to every way in that has to answer it. */
export type SignInOutcome = SessionOpened | NextStep

/**
 * The end of every way in. Opens a session, with its audit event and the device remembered, in one transaction (the one
 * that `ctx` is, if it is one), provided that the account is still as it was when the evidence was checked. Where a
 * capability requires more, it returns the first step that is missing instead; `resumeSignIn` goes on from there.
 *
 * @throws AccountDisabled (403) for a disabled account; DeletionPending (401) for one that its owner wants deleted; WrongCredentials (401) if the account has changed meanwhile
 */
export async function completeSignIn(
  ctx: Context,
  account: SigningInAccount,
  evidence: Evidence,
  request: SignInRequest,
): Promise<SignInOutcome> {
  const { user } = account
  if (user.disabled) await offerToKeepAccount(ctx, user, evidence, request)
  requireEnabled(ctx, user, request)
  await evidence.settle?.()
  const outcome = await inTransaction(ctx, async (ctx) =>
    (await evidence.confirm(ctx)) ? finishSignIn(ctx, account, evidence, request) : undefined,
  )
  if (outcome === undefined) {
    failed(ctx, originOf(request.client), user.id, 'wrong_credentials')
    throw new WrongCredentials()
  }
  return outcome
}

/** @throws DeletionPending (401) for an account that is disabled because its owner wants it deleted */
async function offerToKeepAccount(
  ctx: Context,
  user: User,
  evidence: Evidence,
  { client }: SignInRequest,
): Promise<void> {
  const offer = await offerToKeep(ctx, user.id)
  if (offer === undefined) return
  await evidence.settle?.()
  failed(ctx, originOf(client), user.id, 'deletion_pending')
  throw new DeletionPending(offer.challenge, offer.dueAt)
}

/** @throws AccountDisabled (403) */
export function requireEnabled(ctx: Context, user: User, { client }: Pick<SignInRequest, 'client'>): void {
  if (!user.disabled) return
  failed(ctx, originOf(client), user.id, 'account_disabled')
  throw new AccountDisabled()
}

/** Opens the session, or pauses the sign-in, in the transaction that holds the account as it is. */
export async function finishSignIn(
  ctx: Context,
  account: SigningInAccount,
  proven: Proven,
  request: SignInRequest,
): Promise<SignInOutcome> {
  const { way, audience, transport, client, device } = request
  const { user } = account
  const origin = originOf(client)
  const step = await missingStep(ctx, account, proven, request)
  if (step !== undefined) {
    await incomplete(ctx, origin, user.id, { missing: step.kind, method: proven.method })
    return step
  }
  const opened = await openSession(ctx, {
    userId: user.id,
    audience,
    acr: proven.acr,
    amr: proven.amr,
    authTime: proven.authTime,
    method: proven.method,
    transport: transport ?? 'body',
    userAgent: client.hints.userAgent,
    hints: client.hints,
    address: client.address,
  })
  await succeeded(ctx, way, origin, opened)
  return { kind: 'session', user, opened, deviceToken: await rememberDevice(ctx, user.id, device) }
}

/** The first step that is missing, of all that capabilities require. */
async function missingStep(
  ctx: Context,
  { user, mustChangePassword, factors }: SigningInAccount,
  evidence: Proven,
  request: SignInRequest,
): Promise<NextStep | undefined> {
  for (const { kind, missing } of ctx.instance.signInRequirements) {
    const pause = (): Promise<string> => pauseSignIn(ctx, kind, user.id, evidence, request)
    const step = await missing(ctx, { user, mustChangePassword, factors, evidence, pause })
    if (step !== undefined) return step
  }
  return undefined
}
