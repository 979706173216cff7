import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import {
  confirmPassword,
  findForSignIn,
  insertAccount,
  mayWriteTo,
  prepareAccount,
  requireAddressIfDemanded,
  type SignInAccount,
  sendVerification,
} from '../accounts/index.ts'
import { recognise } from '../devices/index.ts'
import { attemptKey } from '../identifiers/index.ts'
import { rehash, verifyPassword } from '../passwords/index.ts'
import type { Transport } from '../sessions/index.ts'
import { type AudienceRequest, resolveAudience } from '../tokens/index.ts'
import { completeSignIn } from './complete.ts'
import { SignUpClosed, WrongCredentials } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { signInSettings } from './settings.ts'
import { type SignedIn, withTokens } from './signed-in.ts'
import { type Attempt, countSignUp, startAttempt } from './throttling.ts'
import { type Client, failed, originOf, sprayed, throttled } from './trail.ts'

export interface Credentials extends AudienceRequest {
  /** A username, or at sign-in a verified e-mail address. */
  username: string
  password: string
  transport?: Transport | undefined
}

/**
 * Creates an account and signs its user in; an address gets a link and a code to verify it with, whoever has it.
 *
 * @throws SignUpClosed (403) unless GATEHOUSE_SIGN_UP is `open`, InvalidTarget (400), TooManyAttempts (429), and what
 *   `prepareAccount` and `insertAccount` throw (409, 422, 503)
 */
export async function signUp(
  ctx: Context,
  input: Credentials & { email?: string | undefined },
  client: Client,
): Promise<SignedIn> {
  if (settingsOf(ctx.config, signInSettings).signUp !== 'open') throw new SignUpClosed()
  const audience = resolveAudience(ctx.config, input)
  await countSignUp(ctx, client.address).catch((error: unknown) => {
    throttled(ctx, 'sign_up', originOf(client), undefined, error)
    throw error
  })
  const { username, password, email, transport } = input
  requireAddressIfDemanded(ctx, email)
  const account = await prepareAccount(ctx, { username, password, email })
  const mayWrite = account.email !== undefined && (await mayWriteTo(ctx, account.email.key))
  // one transaction: nobody can have changed the account before its session opens
  const evidence: Evidence = { method: 'password', acr: 'pwd', amr: ['pwd'], confirm: async () => true }
  const { outcome, emailChallenge } = await inTransaction(ctx, async (ctx) => {
    const user = await insertAccount(ctx, { kind: 'system' }, account)
    const request = { way: 'sign_up', audience, transport, client } as const
    const outcome = await completeSignIn(
      ctx,
      { user, mustChangePassword: false, factors: [] },
      evidence,
      request,
    )
    // where a session needs a verified address, the message is sent already
    const sends = mayWrite && outcome.kind === 'session'
    return { outcome, emailChallenge: sends ? await sendVerification(ctx, user) : undefined }
  })
  return { ...(await withTokens(ctx, outcome)), emailChallenge }
}

/**
 * Signs a user in. An unknown name, an account without a password and a wrong password get the same answer in the same
 * time: each costs one check of a password. Only a caller who knows the password learns that an account is disabled.
 *
 * @throws InvalidTarget (400), WrongCredentials (401), AccountDisabled (403), TooManyAttempts (429), HashQueueFull (503),
 *   and what `withTokens` throws for a sign-in that lacks a step (401)
 */
export async function signIn(ctx: Context, input: Credentials, client: Client): Promise<SignedIn> {
  const audience = resolveAudience(ctx.config, input)
  const found = await findForSignIn(ctx, input.username)
  const { address, deviceTokens = [], signal } = client
  const { device, familiar } = await recognise(ctx, found?.user.id, { address, deviceTokens })
  const from = {
    name: attemptKey(input.username),
    password: input.password,
    address,
    recognised: { device, familiar },
    signal,
    onSprayed: () => sprayed(ctx, originOf(client), found?.user.id),
  }
  const attempt = await startAttempt(ctx, from).catch((error: unknown) => {
    throttled(ctx, 'sign_in', originOf(client), found?.user.id, error)
    throw error
  })
  const evidence = await checkPassword(ctx, found, input.password, { ...attempt, name: from.name })
  if (found === undefined || evidence === undefined) {
    failed(ctx, originOf(client), found?.user.id, 'wrong_credentials')
    throw new WrongCredentials()
  }
  const { transport } = input
  const request = { way: 'sign_in', audience, transport, client, device } as const
  return withTokens(ctx, await completeSignIn(ctx, found, evidence, request))
}

/** The evidence that a right password is; undefined for a wrong one, at the same cost. */
async function checkPassword(
  ctx: Context,
  found: SignInAccount | undefined,
  typed: string,
  attempt: Attempt & { readonly name: string },
): Promise<Evidence | undefined> {
  const { lane, name } = attempt
  const right = await verifyPassword(ctx, found?.passwordHash, typed, { lane, name }).catch(
    async (error: unknown) => {
      await attempt.undecided()
      throw error
    },
  )
  if (!right || found?.passwordHash === undefined) {
    await attempt.failed()
    return undefined
  }
  const { id } = found.user
  let hash = found.passwordHash
  return {
    method: 'password',
    acr: 'pwd',
    amr: ['pwd'],
    async settle() {
      await attempt.succeeded()
      hash = await rehash(ctx, id, hash, typed, lane)
    },
    confirm: (ctx) => confirmPassword(ctx, id, hash),
  }
}
