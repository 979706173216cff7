import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import type { User } from '../accounts/index.ts'
import { type Recognised, rememberDevice } from '../devices/index.ts'
import { type OpenedSession, openSession, type Transport } from '../sessions/index.ts'
import { AccountDisabled, WrongCredentials } from './errors.ts'
import { type Client, failed, originOf, succeeded, type Way } from './trail.ts'

/** How well users can prove who they are, weakest first: the values of `acr` (RFC 9470). */
const acrValues = ['pwd'] as const
type Acr = (typeof acrValues)[number]

/** A method that users prove who they are with (RFC 8176): an element of `amr`. */
type Amr = 'pwd'

/** What a user proved who they are with. A session's `method`, `acr` and `amr` come from here and nowhere else. */
export interface Evidence {
  readonly method: 'password'
  readonly acr: Acr
  readonly amr: readonly Amr[]
  /** Settles what the attempt left open once the account may be signed in to, before a session opens. */
  settle?(): Promise<void>
  /**
   * Whether the account is still as it was when the evidence was checked. Runs in the transaction that opens the session
   * and locks what it looks at, so that whoever ends all sessions of the user comes before it or finds this one.
   */
  confirm(ctx: Context): Promise<boolean>
}

/** What a sign-in asks for, and where it comes from. */
export interface SignInRequest {
  readonly way: Way
  readonly audience: readonly string[]
  readonly transport: Transport | undefined
  readonly client: Client
  /** The device that it comes from, if the account knows it. */
  readonly device?: Recognised['device']
}

/** A sign-in that is complete: the session is open. */
export interface SessionOpened {
  readonly kind: 'session'
  readonly user: User
  readonly opened: OpenedSession
  /** What the device shows at its next sign-in, to be told from strangers. */
  readonly deviceToken: string
}

/**
 * What is still missing from a sign-in, one type for each `kind`. A password is enough so far, so there is none; adding
 * one makes the compiler point to every way in that has to answer it.
 */
export type NextStep = never

export type SignInOutcome = SessionOpened | NextStep

/**
 * The end of every way in. Opens a session, with its audit event and the device remembered, in one transaction (the one
 * that `ctx` is, if it is one), provided that the account is still as it was when the evidence was checked.
 *
 * @throws AccountDisabled (403) for a disabled account; WrongCredentials (401) if the account has changed meanwhile
 */
export async function completeSignIn(
  ctx: Context,
  user: User,
  evidence: Evidence,
  request: SignInRequest,
): Promise<SignInOutcome> {
  const { way, audience, transport, client, device } = request
  const origin = originOf(client)
  if (user.disabled) {
    failed(ctx, origin, user.id, 'account_disabled')
    throw new AccountDisabled()
  }
  await evidence.settle?.()
  const outcome = await inTransaction(ctx, async (ctx): Promise<SignInOutcome | undefined> => {
    if (!(await evidence.confirm(ctx))) return undefined
    const opened = await openSession(ctx, {
      userId: user.id,
      audience,
      acr: evidence.acr,
      amr: evidence.amr,
      method: evidence.method,
      transport: transport ?? 'body',
      userAgent: client.hints.userAgent,
      hints: client.hints,
      address: client.address,
    })
    await succeeded(ctx, way, origin, opened)
    return { kind: 'session', user, opened, deviceToken: await rememberDevice(ctx, user.id, device) }
  })
  if (outcome === undefined) {
    failed(ctx, origin, user.id, 'wrong_credentials')
    throw new WrongCredentials()
  }
  return outcome
}
