import { createGuard, type GuardBase, TokenError } from '@gatehouse/guard'
import type { Context } from '../../context.ts'
import { ownTokenOptions } from '../grants/index.ts'
import { endSessionOfToken } from '../sessions/index.ts'

/** The claims of a good token, or that it is not active (RFC 7662, section 2.2). */
export type Introspection =
  | { active: false }
  | ({ active: true; token_type: 'Bearer' } & Record<string, unknown>)

/** Introspects and revokes tokens for other servers. */
export class TokenIntrospection {
  readonly #ctx: Context
  readonly #guard: GuardBase

  constructor(ctx: Context) {
    this.#ctx = ctx
    const { issuer, audiences } = ctx.config
    this.#guard = createGuard(ownTokenOptions(ctx, [...audiences, issuer]))
  }

  /**
   * A token as far as `client` may know it: nothing of one for other audiences.
   *
   * @throws UnavailableError (`keys_unavailable`) when it cannot be decided now
   */
  async introspect(client: string, token: string): Promise<Introspection> {
    const claims = await this.#claimsOf(token)
    if (claims === undefined) return { active: false }
    // a token of the shared-secret profile names no audience: any holder of the secret could read it anyway
    if (claims.aud !== undefined && ![claims.aud].flat().includes(client)) return { active: false }
    return { ...claims, active: true, token_type: 'Bearer' }
  }

  /** Ends the grant of a refresh token, or of an access token that this server itself would accept (RFC 7009). */
  async revoke(ctx: Context, token: string): Promise<void> {
    if (await endSessionOfToken(ctx, token)) return
    const claims = await this.#claimsOf(token)
    if (claims?.sid === undefined || claims.sub === undefined) return
    // an API's copy of a token that is for that API alone signs nobody out
    if (claims.aud !== undefined && ![claims.aud].flat().includes(this.#ctx.config.issuer)) return
    await ctx.instance.grants.sourceOf(claims.sid)?.end?.(ctx, claims.sid, claims.sub)
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
