import type { Context } from '../../context.ts'
import { digestOf, looksLikeOpaqueToken, newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { canChangeWithin } from '../../platform/db/abilities.ts'
import { isTransient } from '../../platform/db/errors.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { record } from '../audit/index.ts'
import {
  insertToken,
  lockSessionOfToken,
  markUsed,
  type PresentedToken,
  readToken,
  replaceAtOnce,
} from './chain-store.ts'
import { endSession } from './end.ts'
import { InvalidRefreshToken } from './errors.ts'
import { idleSince, isLive, replayWindow, touchEvery } from './lifetimes.ts'
import type { OpenedSession } from './open.ts'
import { openSuccessor, sealSuccessor } from './refresh-token.ts'
import type { Session, Transport } from './schema.ts'
import { toSession, touchSession } from './store.ts'

/** What the caller demands of the session. Where it is not met, the token stays unused. */
export interface Demands {
  /** How the token came, `body` by default: it is accepted only where its session lets it travel. */
  readonly transport?: Transport
  /** Throws for a session that will not do. */
  readonly check?: ((session: Session) => void) | undefined
}

/**
 * Trades a refresh token for its successor; the old one is used up. The one before, sent again within ten seconds of
 * the database's time, gets the very same successor: its answer was lost, or two tabs refreshed at once. Any older one
 * was copied: the session ends, and the audit trail says so (RFC 9700, section 4.14.2). A token that is unknown ends
 * nothing.
 *
 * Not to be called inside a transaction: an ending must be committed although the caller is refused.
 *
 * @throws InvalidRefreshToken (`invalid_grant`), and what `check` throws
 */
export async function rotateRefreshToken(
  ctx: Context,
  token: string,
  demands: Demands = {},
): Promise<OpenedSession> {
  if (!looksLikeOpaqueToken(token)) throw new InvalidRefreshToken()
  const rotated =
    (await rotateAtOnce(ctx, token, demands)) ??
    (await inTransaction(ctx, (ctx) => rotate(ctx, token, demands)))
  if (rotated === undefined) throw new InvalidRefreshToken()
  return rotated
}

/** Nearly every refresh: a token not used before, of a session of which nothing else has to be looked at or written. */
async function rotateAtOnce(
  { db, clock, config }: Context,
  token: string,
  { transport = 'body', check }: Demands,
): Promise<OpenedSession | undefined> {
  if (!canChangeWithin(db) || check !== undefined) return undefined
  const now = clock.now()
  const refreshToken = newOpaqueToken()
  const row = await replaceAtOnce(db, {
    digest: digestOf(token),
    successorDigest: digestOf(refreshToken),
    successorSealed: sealSuccessor(token, refreshToken),
    transport,
    now,
    seenAfter: Math.max(idleSince(config, now), now - touchEvery),
  }).catch((error: unknown) => {
    // a transaction tries again where locks crossed
    if (isTransient(error)) return undefined
    throw error
  })
  return row && { session: toSession(row), refreshToken }
}

async function rotate(
  ctx: Context,
  token: string,
  { transport = 'body', check }: Demands,
): Promise<OpenedSession | undefined> {
  const digest = digestOf(token)
  const row = await lockSessionOfToken(ctx.db, digest)
  const now = ctx.clock.now()
  if (row === undefined || !isLive(row, ctx.config, now)) return undefined
  const presented = await readToken(ctx.db, digest)
  if (presented === undefined) return undefined

  const session = toSession(row)
  const replayed = presented.used_at === null ? undefined : successorOf(presented, token)
  if (presented.used_at !== null && replayed === undefined) {
    await endAsStolen(ctx, session)
    return undefined
  }
  if (session.transport !== transport) return undefined
  check?.(session)
  if (session.lastSeenAt < now - touchEvery) await touchSession(ctx.db, session.id, now, now - touchEvery)
  return { session, refreshToken: replayed ?? (await replace(ctx, session.id, token, digest)) }
}

/** The successor of a used token, as long as it may still be returned. */
function successorOf(
  { used_at, read_at, successor_sealed }: PresentedToken,
  token: string,
): string | undefined {
  if (used_at === null || successor_sealed === null || read_at - used_at > replayWindow) return undefined
  return openSuccessor(token, successor_sealed)
}

async function replace({ db }: Context, sessionId: string, token: string, digest: string): Promise<string> {
  const successor = newOpaqueToken()
  await insertToken(db, digestOf(successor), sessionId)
  await markUsed(db, { digest, sessionId, successorSealed: sealSuccessor(token, successor) })
  return successor
}

async function endAsStolen(ctx: Context, { id, userId }: Session): Promise<void> {
  const action = 'session.refresh_token_reused'
  await endSession(ctx, id, 'refresh_token_reused')
  await record(ctx, { actor: { kind: 'system' }, action, target: userId, grant: id, detail: { session: id } })
  ctx.afterCommit(() => ctx.caller?.note({ event: action, userId, level: 'warn' }))
}
