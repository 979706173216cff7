import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { dropKey, rotateKeys } from '../keys/index.ts'
import { grantOf, type KeptSession } from '../sessions/index.ts'
import { endEverySession, endOneSession } from '../sessions-api/index.ts'
import { mintAccessToken } from '../tokens/index.ts'
import type { BlastRadius } from './blast-radius.ts'

/** What a running server said of a token, before and after. */
export interface Proof {
  readonly server: string
  /** HTTP statuses of `POST /verify-token`; null where the server could not be reached. */
  readonly before: number | null
  readonly after: number | null
}

/**
 * Ends what a suspect is: a session, all of a user's, or a key with every token that it signed. Shows it by a request to
 * a running server with a token of one of the sessions, made for this; undefined where none of them was live.
 */
export async function revokeSuspect(
  ctx: Context,
  radius: BlastRadius,
  server: string,
): Promise<Proof | undefined> {
  const live = radius.sessions.find(({ isLive }) => isLive)
  const token = live && (await tokenOf(ctx, live))
  const before = token === undefined ? null : await statusOf(server, token)
  await end(ctx, radius)
  if (token === undefined) return undefined
  // other instances hear of it within a second
  let after = await statusOf(server, token)
  for (let tries = 0; after === 200 && tries < 20; tries += 1) {
    await pause(250)
    after = await statusOf(server, token)
  }
  return { server, before, after }
}

/** A disabled user's session makes no tokens. */
const tokenOf = (ctx: Context, session: KeptSession): Promise<string | undefined> =>
  mintAccessToken(ctx, grantOf(session)).catch(() => undefined)

const system = { kind: 'system' } as const

async function end(ctx: Context, { suspect, key, sessions }: BlastRadius): Promise<void> {
  if (key !== undefined) {
    if (key.state === 'published') await dropKey(ctx, key.kid, system)
    else if (key.state === 'signing' || key.state === 'upcoming')
      await rotateKeys(ctx, { use: key.use, emergency: true })
    return
  }
  if (suspect.kind === 'user') return endEverySession(ctx, system, suspect.id)
  for (const { id, userId, isLive } of sessions) if (isLive) await endOneSession(ctx, system, userId, id)
}

async function statusOf(server: string, token: string): Promise<number | null> {
  try {
    const response = await fetch(new URL('/verify-token', server), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(5_000),
    })
    await response.body?.cancel()
    return response.status
  } catch {
    return null
  }
}
