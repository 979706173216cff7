import type { Context } from '../../context.ts'
import type { SessionGrant } from '../../grant.ts'
import type { GrantClaims, GrantSource } from '../../instance.ts'
import { signOutOf } from './end.ts'
import { touchEvery } from './lifetimes.ts'
import { liveSession } from './live.ts'
import type { Session } from './schema.ts'
import { touchSession } from './store.ts'

/** The one client that people sign in through so far: their own application, talking to this server directly. */
const firstPartyClient = 'first-party'

/** Sessions whose last use is remembered as written. */
const maxRemembered = 20_000

/** The grant that a session is. */
export function grantOf(session: Session): SessionGrant {
  const { id, userId, audience, authTime, acr, amr } = session
  return { kind: 'session', id, subject: userId, audience, client: firstPartyClient, authTime, acr, amr }
}

/** Grants of people who signed in. */
class SessionGrants implements GrantSource<Context> {
  readonly kind = 'session'
  /** Sessions whose use this instance has lately written down, with when it did. */
  readonly #written = new Map<string, number>()

  async find(ctx: Context, id: string, subject: string): Promise<SessionGrant | undefined> {
    const session = await liveSession(ctx, id, subject)
    return session && grantOf(session)
  }

  fromClaims(ctx: Context, { sub, sid, aud, ...claims }: GrantClaims): SessionGrant | undefined {
    const { auth_time, acr, amr, client_id } = claims
    if (auth_time === undefined || acr === undefined || amr === undefined) return undefined
    this.#noteUse(ctx, sid)
    return {
      kind: this.kind,
      id: sid,
      subject: sub,
      audience: typeof aud === 'string' ? [aud] : (aud ?? []),
      client: typeof client_id === 'string' ? client_id : firstPartyClient,
      authTime: auth_time * 1000,
      acr,
      amr,
    }
  }

  async end(ctx: Context, id: string, subject: string): Promise<void> {
    await signOutOf(ctx, id, subject)
  }

  /**
   * Writes down that a session was used, at most once a minute, without anybody waiting for it: a use that is not
   * written down costs nothing but a minute's precision.
   */
  #noteUse({ db, clock, log }: Context, sessionId: string): void {
    const now = clock.now()
    const written = this.#written
    if ((written.get(sessionId) ?? Number.NEGATIVE_INFINITY) > now - touchEvery) return
    if (written.size >= maxRemembered) written.clear()
    written.set(sessionId, now)
    touchSession(db, sessionId, now, now - touchEvery).catch((error: unknown) =>
      log.warn({ err: error }, 'could not write down the use of a session'),
    )
  }
}

export function createSessionGrants(): GrantSource<Context> {
  return new SessionGrants()
}
