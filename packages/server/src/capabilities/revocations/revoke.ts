import { digestOf, digestText, type EventType, type Subject } from '@gatehouse/guard/internal/revocation'
import type { Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { notify } from '../../platform/db/signals.ts'
import type { Cuts } from './schema.ts'
import { insertRevocation, type RevocationRow } from './store.ts'

/** The channel on which instances announce revocations to each other; polling finds them too. */
export const channel = 'gatehouse_revocations'

/** What is revoked. For a user or role: the tokens made so far; refreshing returns new ones. */
export type Revocation =
  | { readonly type: 'session-revoked'; readonly session: string }
  | { readonly type: 'session-revoked' | 'credential-change' | 'token-claims-change'; readonly user: string }
  | { readonly type: 'token-claims-change'; readonly role: string }
  | { readonly type: 'key-published' | 'key-revoked'; readonly key: string }

/** Seconds: the largest tolerance that a guard accepts, and the largest skew between the clocks of instances. */
const [largestTolerance, instanceSkew] = [120, 30]

/** Seconds for which a revocation made now is kept. */
export function retention(accessTokenLifetime: number): number {
  return accessTokenLifetime + largestTolerance + instanceSkew
}

/**
 * Revokes, in the transaction of whatever makes it necessary: guards and instances know of it within a second of the
 * commit, this instance at once. Roles have one entry however many hold them.
 *
 * @example await revoke(ctx, { type: 'session-revoked', session: sessionId })
 */
export async function revoke(ctx: Context, revocation: Revocation): Promise<void> {
  const [subject, name] = nameOf(revocation)
  const now = ctx.clock.now()
  const row: RevocationRow = {
    id: newId(ctx.clock),
    seq: null,
    type: revocation.type,
    digest: digestText(digestOf(subject, name)),
    cuts: cutsOf(subject, revocation.type),
    kid: subject === 'kid' ? name : null,
    at: now,
    expires_at: Math.ceil(now / 1000) + retention(ctx.config.accessTokenLifetime),
  }
  await insertRevocation(ctx.db, row)
  await notify(ctx.db, channel)
  ctx.afterCommit(() => ctx.instance.revocations?.committed(row))
}

function nameOf(revocation: Revocation): [Subject, string] {
  if ('session' in revocation) return ['sid', revocation.session]
  if ('user' in revocation) return ['sub', revocation.user]
  if ('role' in revocation) return ['role', revocation.role]
  return ['kid', revocation.key]
}

function cutsOf(subject: Subject, type: EventType): Cuts {
  if (type === 'key-published') return 'none'
  return subject === 'sid' || subject === 'kid' ? 'all' : 'older'
}
