import type { Context } from '../../context.ts'
import { SealError } from '../../platform/crypto/sealer.ts'
import type { ChallengePayloads, ChallengePurpose } from './purposes.ts'
import type { ChallengeRow } from './store.ts'

/** Sealed for one purpose and subject, so that a payload moved to another row does not open. */
const sealedFor = (purpose: string, subject: string): string => `challenge ${purpose} ${subject}`

export function sealPayload<P extends ChallengePurpose>(
  ctx: Context,
  purpose: P,
  subject: string,
  payload: ChallengePayloads[P],
): string {
  return ctx.sealer.seal(Buffer.from(JSON.stringify(payload)), sealedFor(purpose, subject))
}

/** A challenge that can be met. */
export interface Found<P extends ChallengePurpose> {
  readonly subject: string
  readonly payload: ChallengePayloads[P]
}

/** What a row stands for; undefined if it was altered, or sealed under a secret that is no longer there. */
export function openPayload<P extends ChallengePurpose>(
  ctx: Context,
  purpose: P,
  { subject, payload_sealed }: ChallengeRow,
): Found<P> | undefined {
  try {
    // what opens is what was sealed for this purpose, whose type the compiler has checked
    const text = ctx.sealer.open(payload_sealed, sealedFor(purpose, subject)).toString()
    return { subject, payload: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    ctx.log.warn({ err: error, purpose }, 'a challenge cannot be opened')
    return undefined
  }
}

/** The subject that stands for an address, whether or not an account has it: a keyed digest of its key. */
export const addressSubject = (ctx: Context, emailKey: string): string =>
  ctx.sealer.digest(emailKey, 'challenge subject')
