import type { Context } from '../../platform/context.ts'
import { touchEvery } from './lifetimes.ts'
import { touchSession } from './store.ts'

/** Sessions whose use this instance has lately written down, with when it did; bounded. */
const written = new WeakMap<Context['config'], Map<string, number>>()
const mostRemembered = 20_000

/**
 * Writes down that a session was used, at most once a minute, without anybody waiting for it: a use that is not
 * written down costs nothing but a minute's precision.
 */
export function noteUse(ctx: Context, sessionId: string): void {
  const now = ctx.clock.now()
  const known = written.get(ctx.config) ?? new Map<string, number>()
  written.set(ctx.config, known)
  if ((known.get(sessionId) ?? Number.NEGATIVE_INFINITY) > now - touchEvery) return
  if (known.size >= mostRemembered) known.clear()
  known.set(sessionId, now)
  touchSession(ctx.db, sessionId, now, now - touchEvery).catch((error: unknown) =>
    ctx.log.warn({ err: error }, 'the use of a session could not be written down'),
  )
}
