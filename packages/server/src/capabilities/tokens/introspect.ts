import { createGuard, type GuardBase, TokenError } from '@gatehouse/guard'
import type { Context } from '../../platform/context.ts'
import { publishedJwks } from '../keys/index.ts'
import { endSessionOfToken, signOutOf } from '../sessions/index.ts'
import { ownRevocation } from './own-revocation.ts'

/** What is told of a token: its claims, or that it is not good (RFC 7662, section 2.2). */
export type Introspection =
  | { active: false }
  | ({ active: true; token_type: 'Bearer' } & Record<string, unknown>)

/** Answers for other servers whether a token is good. */
export class TokenDesk {
  readonly #ctx: Context
  readonly #guard: GuardBase

  constructor(ctx: Context) {
    this.#ctx = ctx
    const { issuer, audiences, tokenProfile, jwtSecret } = ctx.config
    this.#guard = createGuard({
      issuer,
      ...(tokenProfile === 'shared-secret' && jwtSecret !== undefined
        ? { secret: jwtSecret, algorithms: ['HS256'] as const, typ: 'JWT' }
        : { audience: [...audiences, issuer], jwks: () => publishedJwks(ctx) }),
      clock: () => ctx.clock.now() / 1000,
      revocation: ownRevocation(ctx),
      onError: (error, what) => ctx.log.warn({ err: error }, what),
    })
  }

  /**
   * What `client` may know of a token: nothing of one that is for others.
   *
   * @throws UnavailableError (`keys_unavailable`) when it cannot be known now
   */
  async introspect(client: string, token: string): Promise<Introspection> {
    const claims = await this.#claimsOf(token)
    if (claims === undefined) return { active: false }
    // a token of the shared-secret profile names no audience: whoever has the secret could read it anyway
    if (claims.aud !== undefined && ![claims.aud].flat().includes(client)) return { active: false }
    return { ...claims, active: true, token_type: 'Bearer' }
  }

  /** Ends the session of a refresh token, or of an access token that this server itself would accept (RFC 7009). */
  async revoke(ctx: Context, token: string): Promise<void> {
    if (await endSessionOfToken(ctx, token)) return
    const claims = await this.#claimsOf(token)
    if (claims?.sid === undefined || claims.sub === undefined) return
    // an API's copy of a token that is for that API alone signs nobody out
    if (claims.aud !== undefined && ![claims.aud].flat().includes(this.#ctx.config.issuer)) return
    await signOutOf(ctx, claims.sid, claims.sub)
  }

  async #claimsOf(token: string) {
    try {
      return await this.#guard.verify(token)
    } catch (error) {
      if (error instanceof TokenError) return undefined
      throw error
    }
  }
}
