import type { Context, UserActor } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { InvalidInput } from '../../platform/errors.ts'
import { confirmPassword, holdForSignIn } from '../accounts/index.ts'
import { createChallenge, InvalidChallenge, useChallenge } from '../challenges/index.ts'
import {
  choicesOf,
  type FactorProof,
  factorsOf,
  requestOptions,
  StepUpRequired,
  takeFactor,
} from '../factors/index.ts'
import { checkCurrentPassword } from '../passwords/index.ts'
import { grantOf, liveSession, type Session, SessionEnded, stepUpSession } from '../sessions/index.ts'
import { acrValues } from '../sign-in/index.ts'
import { mintAccessToken } from '../tokens/index.ts'
import { wrongCode } from './enrol-totp.ts'
import { UnmetRequirements } from './errors.ts'
import { countGuess } from './guesses.ts'

declare module '../challenges/purposes.ts' {
  interface ChallengePayloads {
    /** A signed-in user who is about to use a passkey; the challenge's token is what it signs. */
    'step-up': Record<string, never>
  }
}

/** What the actor's browser needs to ask for one of their passkeys. */
export async function stepUpOptions(ctx: Context, { id }: UserActor) {
  const input = { purpose: 'step-up', subject: id, payload: {}, lifetimeMs: 10 * 60_000 } as const
  const { token } = await createChallenge(ctx, input)
  return requestOptions(ctx, await factorsOf(ctx.db, id), token)
}

/** What a client was told to come back with (RFC 9470), and what its user proves. */
export interface StepUpRequest {
  /** Of which one is enough; none asks for no more than the session has. */
  readonly acrValues: readonly string[]
  /** Seconds since the user last proved who they are. */
  readonly maxAge: number | undefined
  readonly password: string | undefined
  readonly proof: FactorProof | undefined
}

/**
 * Lets a signed-in user prove who they are again, and returns an access token that says so, for the audiences of the one
 * before. A user with a second factor uses it; without one, the password counts. A session that meets the demands already
 * needs no proof. What a session has proven is never made less.
 *
 * @throws StepUpRequired (401) naming what is missing, UnmetRequirements (403) for what this account cannot prove,
 *   InvalidInput (422) naming a wrong `password` or code, TooManyAttempts (429), SessionEnded (401), HashQueueFull (503)
 */
export async function stepUp(
  ctx: Context,
  actor: UserActor,
  audience: readonly string[] | undefined,
  request: StepUpRequest,
): Promise<string> {
  const session = await requireSession(ctx, actor)
  const least = leastOf(request.acrValues)
  const given = request.password !== undefined || request.proof !== undefined
  const raised = given
    ? await prove(ctx, session, least, request)
    : await requireMet(ctx, session, least, request.maxAge)
  return mintAccessToken(ctx, grantOf(raised), audience === undefined ? {} : { audience })
}

async function requireSession(ctx: Context, { session: id, id: userId }: UserActor): Promise<Session> {
  const session = await liveSession(ctx, id, userId)
  if (session === undefined) throw new SessionEnded()
  return session
}

const strengthOf = (acr: string): number => (acrValues as readonly string[]).indexOf(acr)

/** The weakest of the values asked for, which any stronger one meets; the weakest of all if none is asked for. */
function leastOf(asked: readonly string[]): number {
  if (asked.length === 0) return 0
  const known = asked.map(strengthOf).filter((strength) => strength >= 0)
  if (known.length === 0) throw new UnmetRequirements()
  return Math.min(...known)
}

async function requireMet(
  ctx: Context,
  session: Session,
  least: number,
  maxAge: number | undefined,
): Promise<Session> {
  const age = (ctx.clock.now() - session.authTime) / 1000
  if (strengthOf(session.acr) >= least && (maxAge === undefined || age <= maxAge)) return session
  const factors = await inTransaction(ctx, async (ctx) => {
    const held = await holdForSignIn(ctx, session.userId)
    return held?.factors ?? []
  })
  throw await missing(ctx, session, least, factors)
}

async function missing(
  ctx: Context,
  { userId, acr }: Session,
  least: number,
  factors: readonly string[],
): Promise<StepUpRequired | UnmetRequirements> {
  const needed = Math.max(least, strengthOf(acr))
  const reached = factors.includes('passkey') ? 2 : factors.length > 0 ? 1 : 0
  if (needed > reached) return new UnmetRequirements()
  const value = acrValues[needed] ?? 'pwd'
  if (factors.length === 0) return new StepUpRequired(value, ['password'])
  const choices = await choicesOf(ctx, userId, factors)
  return new StepUpRequired(value, needed === 2 ? ['passkey'] : choices)
}

async function prove(
  ctx: Context,
  session: Session,
  least: number,
  { password, proof }: StepUpRequest,
): Promise<Session> {
  const { userId, id } = session
  const hash = password === undefined ? undefined : await checkCurrentPassword(ctx, userId, password)
  if (password !== undefined && hash === undefined) throw wrongPassword()
  const guess = proof && (await countGuess(ctx, userId, proof))
  let wrong = false
  try {
    return await withChallengeOf(ctx, userId, proof, async (ctx) => {
      const held = await holdForSignIn(ctx, userId)
      if (held === undefined || held.user.disabled) throw new SessionEnded()
      if (hash !== undefined && !(await confirmPassword(ctx, userId, hash))) throw wrongPassword()
      if (proof === undefined && held.factors.length > 0)
        throw await missing(ctx, session, least, held.factors)
      const factor = proof && (await takeFactor(ctx, userId, proof))
      wrong = proof !== undefined && factor === undefined
      if (wrong) throw wrongCode(fieldOf(proof))
      const acr = factor?.acr ?? 'pwd'
      if (strengthOf(acr) < Math.max(least, strengthOf(session.acr))) {
        throw await missing(ctx, session, least, held.factors)
      }
      const first = hash === undefined ? session.amr : ['pwd']
      const amr = [...new Set([...first, ...(factor?.amr ?? [])])]
      const raised = await stepUpSession(ctx, id, { acr, amr })
      if (raised === undefined) throw new SessionEnded()
      return raised
    })
  } finally {
    if (wrong) guess?.wrong()
    else await guess?.giveBack()
  }
}

/** What a passkey signed is good once: the challenge is used up in the transaction that accepts it. */
async function withChallengeOf<T>(
  ctx: Context,
  userId: string,
  proof: FactorProof | undefined,
  work: (ctx: Context) => Promise<T>,
): Promise<T> {
  if (proof === undefined || !('passkey' in proof)) return inTransaction(ctx, work)
  return useChallenge(ctx, 'step-up', { token: proof.challenge }, async (ctx, { subject }) => {
    if (subject !== userId) throw new InvalidChallenge()
    return work(ctx)
  })
}

function fieldOf(proof: FactorProof | undefined): string {
  if (proof !== undefined && 'passkey' in proof) return 'passkey'
  return proof !== undefined && 'totp' in proof ? 'totp' : 'recovery_code'
}

const wrongPassword = (): InvalidInput =>
  new InvalidInput([{ field: 'password', code: 'wrong_password', detail: 'This is not your password.' }])
