import type { Context } from '../../platform/context.ts'
import type { Lane } from '../../platform/crypto/hasher.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import {
  attemptKey,
  confirmSignIn,
  createAccount,
  findForSignIn,
  normalisePassword,
  setPasswordHash,
  type User,
} from '../accounts/index.ts'
import type { Origin } from '../audit/index.ts'
import { type Recognised, recognise, rememberDevice } from '../devices/index.ts'
import { type DeviceHints, type OpenedSession, openSession, type Transport } from '../sessions/index.ts'
import { type TokenAnswer, tokenAnswer } from '../sessions-api/index.ts'
import { type AudienceRequest, resolveAudience } from '../tokens/index.ts'
import { AccountDisabled, SignUpClosed, WrongCredentials } from './errors.ts'
import { type Attempt, countSignUp, startAttempt } from './throttling.ts'
import { failed, succeeded, throttled } from './trail.ts'

/** Where a request came from, and what it tells of its device. */
export interface Client {
  address: string
  hints: DeviceHints
  /** What devices were told to show when they come back; read at sign-in alone. */
  deviceTokens?: readonly string[]
  /** Aborts when nobody waits for the answer any more. */
  signal?: AbortSignal
}

export interface Credentials extends AudienceRequest {
  /** A username, or at sign-in a verified e-mail address. */
  username: string
  password: string
  transport?: Transport | undefined
}

export interface SignedIn {
  user: User
  answer: TokenAnswer
  /** What the device shows at its next sign-in, to be told from strangers. */
  deviceToken: string
}

/**
 * Makes an account and signs its user in.
 *
 * @throws SignUpClosed (403) unless GATEHOUSE_SIGN_UP is `open`, InvalidTarget (400), TooManyAttempts (429), and what `createAccount` throws (409, 422, 503)
 */
export async function signUp(
  ctx: Context,
  input: Credentials & { email?: string | undefined },
  client: Client,
): Promise<SignedIn> {
  if (ctx.config.signUp !== 'open') throw new SignUpClosed()
  const audience = resolveAudience(ctx.config, input)
  await countSignUp(ctx, client.address).catch((error: unknown) => {
    throttled(ctx, 'sign_up', originOf(client), undefined, error)
    throw error
  })
  const { username, password, email } = input
  const user = await createAccount(ctx, { kind: 'system' }, { username, password, email })
  const { opened, deviceToken } = await inTransaction(ctx, (ctx) =>
    open(ctx, 'sign_up', user, audience, input.transport, client),
  )
  return { user, answer: await tokenAnswer(ctx, opened), deviceToken }
}

/**
 * Signs a user in. An unknown name and a wrong password are told apart by neither answer nor time: both cost one
 * argon2id. That an account is disabled is told only to who knows its password.
 *
 * @throws InvalidTarget (400), WrongCredentials (401), AccountDisabled (403), TooManyAttempts (429), the hasher's 503
 */
export async function signIn(ctx: Context, input: Credentials, client: Client): Promise<SignedIn> {
  const audience = resolveAudience(ctx.config, input)
  const found = await findForSignIn(ctx, input.username)
  const { address, deviceTokens = [], signal } = client
  const recognised = await recognise(ctx, found?.user.id, { address, deviceTokens })
  const from = { name: attemptKey(input.username), address, recognised, signal }
  const attempt = await startAttempt(ctx, from).catch((error: unknown) => {
    throttled(ctx, 'sign_in', originOf(client), found?.user.id, error)
    throw error
  })
  const password = normalisePassword(input.password)
  if (!(await matches(ctx, found?.passwordHash, password, attempt)) || found === undefined) {
    failed(ctx, originOf(client), found?.user.id, 'wrong_credentials')
    throw new WrongCredentials()
  }
  if (found.user.disabled) {
    failed(ctx, originOf(client), found.user.id, 'account_disabled')
    throw new AccountDisabled()
  }
  await attempt.succeeded()

  const { user } = found
  const hash = await rehash(ctx, user.id, found.passwordHash, password, attempt.lane)
  const signedIn = await inTransaction(ctx, async (ctx) => {
    if (!(await confirmSignIn(ctx, user.id, hash))) return undefined
    return open(ctx, 'sign_in', user, audience, input.transport, client, recognised.device)
  })
  if (signedIn === undefined) {
    failed(ctx, originOf(client), user.id, 'wrong_credentials')
    throw new WrongCredentials()
  }
  const { opened, deviceToken } = signedIn
  return { user, answer: await tokenAnswer(ctx, opened), deviceToken }
}

async function matches(
  ctx: Context,
  hash: string | undefined,
  password: string,
  attempt: Attempt,
): Promise<boolean> {
  const { lane } = attempt
  try {
    return await (hash === undefined
      ? ctx.hasher.verifyNothing(password, lane)
      : ctx.hasher.verify(hash, password, lane))
  } catch (error) {
    await attempt.undecided()
    throw error
  }
}

/** Hashes again where the parameters have changed since; gives the hash that is there now. */
async function rehash(
  ctx: Context,
  userId: string,
  hash: string,
  password: string,
  lane: Lane,
): Promise<string> {
  if (!ctx.hasher.needsRehash(hash)) return hash
  const fresh = await ctx.hasher.hash(password, lane)
  return (await setPasswordHash(ctx, userId, fresh, { replacing: hash })) ? fresh : hash
}

/** Opens a session, writes it down and remembers the device, in the transaction that `ctx` is. */
async function open(
  ctx: Context,
  way: 'sign_in' | 'sign_up',
  user: User,
  audience: readonly string[],
  transport: Transport | undefined,
  client: Client,
  device?: Recognised['device'],
): Promise<{ opened: OpenedSession; deviceToken: string }> {
  const opened = await openSession(ctx, {
    userId: user.id,
    audience,
    acr: 'pwd',
    amr: ['pwd'],
    method: 'password',
    transport: transport ?? 'body',
    userAgent: client.hints.userAgent,
    hints: client.hints,
    address: client.address,
  })
  await succeeded(ctx, way, originOf(client), opened.session)
  return { opened, deviceToken: await rememberDevice(ctx, user.id, device) }
}

const originOf = ({ address, hints: { userAgent } }: Client): Origin => ({ address, userAgent })
