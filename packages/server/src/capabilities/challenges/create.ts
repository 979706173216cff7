import type { Context } from '../../context.ts'
import { digestOf, newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { serialize } from '../../platform/db/locks.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { TooManyAttempts } from '../../platform/errors.ts'
import { sealPayload } from './payload.ts'
import type { ChallengePayloads, ChallengePurpose } from './purposes.ts'
import { digestOfCode, newCode } from './secrets.ts'
import { type ChallengeRow, challengesOf, deleteChallenges, insertChallenge } from './store.ts'

/** How many challenges of one purpose a subject has at most; one more replaces the oldest. */
const mostOfSubject = 5

/** How many wrong codes, or wrong answers, end a challenge. */
const tries = 5

export interface NewChallenge<P extends ChallengePurpose> {
  readonly purpose: P
  /** Whom it is about: the id of a user or an invitation, or `addressSubject` of an address that may have no account. */
  readonly subject: string
  /** Given back once the challenge is used; plain JSON. */
  readonly payload: ChallengePayloads[P]
  /** Milliseconds. */
  readonly lifetimeMs: number
  /** The shortest time between two challenges of this purpose and subject, in milliseconds; none by default. */
  readonly everyMs?: number
}

export interface CreatedChallenge {
  /** What only the asker gets, to send back with a code: 256 random bits. */
  readonly id: string
  /** What only the message carries, in its link: 256 random bits. */
  readonly token: string
}

export interface CreatedCode extends CreatedChallenge {
  /** What only the message carries, to be typed: six digits. */
  readonly code: string
}

/**
 * Makes a challenge, in the transaction that `ctx` is, if it is one. None of the secrets is stored as it is.
 *
 * An answer that must not tell whether an address has an account makes a challenge either way, with a payload that says
 * so, and sends nothing.
 *
 * @throws TooManyAttempts (`too_many_attempts`, 429, with Retry-After) sooner than `everyMs` after the one before, or
 *   after that one died of wrong codes
 */
export async function createChallenge<P extends ChallengePurpose>(
  ctx: Context,
  input: NewChallenge<P> & { readonly code: true },
): Promise<CreatedCode>
export async function createChallenge<P extends ChallengePurpose>(
  ctx: Context,
  input: NewChallenge<P>,
): Promise<CreatedChallenge>
export async function createChallenge<P extends ChallengePurpose>(
  ctx: Context,
  input: NewChallenge<P> & { readonly code?: true },
): Promise<CreatedChallenge & { code?: string }> {
  const { purpose, subject, payload, lifetimeMs, everyMs = 0 } = input
  const id = newOpaqueToken()
  const token = newOpaqueToken()
  const code = input.code ? newCode() : undefined
  await inTransaction(ctx, async (ctx) => {
    await serialize(ctx.db, `challenges ${purpose} ${subject}`)
    const now = ctx.clock.now()
    const others = await challengesOf(ctx.db, purpose, subject)
    const wait = waitAfter(others, everyMs, now)
    if (wait > 0) throw new TooManyAttempts(wait)
    const oldest = others.slice(mostOfSubject - 1)
    await deleteChallenges(
      ctx.db,
      oldest.map((row) => row.id_digest),
    )
    await insertChallenge(ctx.db, {
      id_digest: digestOf(id),
      token_digest: digestOf(token),
      code_digest: code === undefined ? null : digestOfCode(ctx, id, code),
      purpose,
      subject,
      payload_sealed: sealPayload(ctx, purpose, subject, payload),
      tries_left: tries,
      created_at: now,
      expires_at: now + lifetimeMs,
      ended_at: null,
    })
  })
  return code === undefined ? { id, token } : { id, token, code }
}

/** Milliseconds until the next may be made. One from a time that the clock has gone back to is no reason to wait longer. */
function waitAfter(others: readonly ChallengeRow[], everyMs: number, now: number): number {
  const waits = others.map(({ created_at, tries_left, ended_at }) => {
    const last = tries_left === 0 ? (ended_at ?? created_at) : created_at
    return last + everyMs - now
  })
  return Math.min(everyMs, Math.max(0, ...waits))
}
