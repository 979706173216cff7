import type { Claims } from '@gatehouse/guard'
import type { RevocationFactory, Standing } from '@gatehouse/guard/revocation'
import type { Context } from '../../context.ts'
import { publishedJwks } from '../keys/index.ts'
import { isRevokedInDatabase } from '../revocations/index.ts'
import { isGrantGood } from './registry.ts'

/** The options with which the server verifies tokens of its own: in front of its routes, and for introspection. */
export function ownTokenOptions(ctx: Context, audience: string | readonly string[]) {
  const { issuer, tokenProfile, jwtSecret } = ctx.config
  return {
    issuer,
    ...(tokenProfile === 'shared-secret' && jwtSecret !== undefined
      ? { secret: jwtSecret, algorithms: ['HS256'] as const, typ: 'JWT' }
      : { audience, jwks: () => publishedJwks(ctx) }),
    clock: () => ctx.clock.now() / 1000,
    revocation: grantRevocation(ctx),
    onError: (error: unknown, what: string) => ctx.log.warn({ err: error }, what),
  }
}

/**
 * Whether the grant of a token is good. This instance's memory
 * answers as long as it is current; else the database does. Whoever holds a shared secret can mint tokens, so in that
 * profile a token is a pointer to its grant and nothing more: the database is always asked.
 */
function grantRevocation(ctx: Context): RevocationFactory {
  const { config, instance } = ctx
  const { revocations: memory, grants } = instance
  return (keys) => {
    memory?.onKeyChange((kid, dropped) => {
      if (dropped) keys.dropKey(kid)
      keys
        .refreshKeys()
        .catch((error: unknown) => ctx.log.warn({ err: error }, 'cannot read the server’s own key set'))
    })
    return {
      standing(claims, kid) {
        if (memory?.isRevoked(claims, kid) === true) return 'revoked'
        const { sid, sub } = claims
        if (sid === undefined || sub === undefined || grants.sourceOf(sid) === undefined) return 'revoked'
        if (memory?.isCurrent === true && config.tokenProfile === 'default') return 'good'
        return inDatabase(ctx, claims, sid, sub, kid)
      },
      close: () => undefined,
    }
  }
}

async function inDatabase(
  ctx: Context,
  claims: Claims,
  sid: string,
  sub: string,
  kid: string | undefined,
): Promise<Standing> {
  if (!(await isGrantGood(ctx, sid, sub))) return 'revoked'
  return (await isRevokedInDatabase(ctx, claims, kid)) ? 'revoked' : 'good'
}
