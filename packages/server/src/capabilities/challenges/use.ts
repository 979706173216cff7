import type { Context } from '../../context.ts'
import { digestOf, looksLikeOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { InvalidChallenge } from './errors.ts'
import { countGuess } from './guesses.ts'
import { isCurrent } from './lifetime.ts'
import { type Found, openPayload } from './payload.ts'
import type { ChallengePurpose } from './purposes.ts'
import { digestOfCode, type Proof, readCode, sameDigest } from './secrets.ts'
import {
  type ChallengeKey,
  type ChallengeRow,
  deleteChallenges,
  endChallenge,
  findChallenge,
  takeTry,
} from './store.ts'

/** What `work` returns when the answer that came with the challenge is wrong: it costs a try, and the challenge goes on. */
export const wrongAnswer: unique symbol = Symbol('wrong answer')

/**
 * Uses a challenge up, once: of many who come with the same link or code, one does `work`, and the others wait and are
 * refused. `work` belongs to the transaction that uses the challenge up: if it throws, nothing has happened, and the link
 * works again. A wrong code costs one of five tries, and that is committed whatever comes after; so this begins its own
 * transaction, and refuses to be a part of another.
 *
 * @param exhausted called, in the same transaction, when the last try was wrong
 * @throws InvalidChallenge (`invalid_challenge`, 400) if it is wrong, used, withdrawn, too old or for another purpose;
 *   TooManyAttempts (429) after too many wrong codes for this subject, when its link still works
 */
export async function useChallenge<P extends ChallengePurpose, T>(
  ctx: Context,
  purpose: P,
  proof: Proof,
  work: (ctx: Context, found: Found<P>) => Promise<T | typeof wrongAnswer>,
  { exhausted }: { exhausted?: (ctx: Context, found: Found<P>) => Promise<void> } = {},
): Promise<T> {
  if (ctx.db.isTransaction) throw new Error('A challenge is used up in a transaction of its own.')
  const row = await find(ctx, purpose, proof)
  const code = 'code' in proof ? readCode(proof.code) : undefined
  if (row === undefined || ('code' in proof && code === undefined)) throw new InvalidChallenge()
  const guess = 'code' in proof ? await countGuess(ctx, row) : undefined
  let wrongCode = false
  try {
    const outcome = await inTransaction(ctx, async (ctx) => {
      const taken = await takeTry(ctx.db, row.id_digest)
      if (taken === undefined || !isCurrent(taken, ctx.clock.now())) return wrongAnswer
      const found = openPayload(ctx, purpose, taken)
      if (found === undefined) return wrongAnswer
      wrongCode = 'code' in proof && !isCodeOf(ctx, taken, proof.challenge, code ?? '')
      const result = wrongCode ? wrongAnswer : await work(ctx, found)
      const over = result !== wrongAnswer || taken.tries_left === 0
      if (over) await endChallenge(ctx.db, taken.id_digest, ctx.clock.now())
      if (over && result === wrongAnswer) await exhausted?.(ctx, found)
      return result
    })
    if (outcome === wrongAnswer) throw new InvalidChallenge()
    return outcome
  } finally {
    // what came too late, or failed for another reason, was no guess
    if (!wrongCode) await guess?.giveBack()
  }
}

/** What a link stands for, without using anything up; undefined if it would be refused. */
export async function peekChallenge<P extends ChallengePurpose>(
  ctx: Context,
  purpose: P,
  token: string,
): Promise<Found<P> | undefined> {
  const row = await find(ctx, purpose, { token })
  return row && openPayload(ctx, purpose, row)
}

/**
 * What a link or a code stands for, without using anything up or checking the code: for work that takes long and comes
 * before; it says nothing about whoever asks.
 */
export async function lookAtChallenge<P extends ChallengePurpose>(
  ctx: Context,
  purpose: P,
  proof: Proof,
): Promise<Found<P> | undefined> {
  const row = await find(ctx, purpose, proof)
  return row && openPayload(ctx, purpose, row)
}

/** The challenge that is meant, if it can still be met. One that is out of its time is deleted, so that no clock revives it. */
async function find(ctx: Context, purpose: string, proof: Proof): Promise<ChallengeRow | undefined> {
  const key = keyOf(proof)
  const row = key && (await findChallenge(ctx.db, purpose, key))
  if (row === undefined || row.ended_at !== null) return undefined
  if (isCurrent(row, ctx.clock.now())) return row
  await deleteChallenges(ctx.db, [row.id_digest])
  return undefined
}

function keyOf(proof: Proof): ChallengeKey | undefined {
  const secret = 'token' in proof ? proof.token : proof.challenge
  if (!looksLikeOpaqueToken(secret)) return undefined
  return { column: 'token' in proof ? 'token_digest' : 'id_digest', digest: digestOf(secret) }
}

function isCodeOf(ctx: Context, { code_digest }: ChallengeRow, id: string, code: string): boolean {
  return code_digest !== null && sameDigest(code_digest, digestOfCode(ctx, id, code))
}
