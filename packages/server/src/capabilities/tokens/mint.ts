import { randomUUID } from 'node:crypto'
import { placeClaim } from '@gatehouse/guard/revocation'
import type { Context } from '../../platform/context.ts'
import { currentSigner } from '../keys/index.ts'
import { isServerPermission } from '../roles/index.ts'
import type { Session } from '../sessions/index.ts'
import { isForServerAlone } from './audience.ts'
import { type Holder, lookUpHolder } from './holder.ts'
import { signWithKey, signWithSecret } from './jws.ts'

/** What of a user a token tells. */
export interface TokenUser {
  readonly id: string
  readonly username: string
}

/** The one client that people sign in through so far: their own application, talking to this server directly. */
const firstPartyClient = 'first-party'

/**
 * Makes an access token of a session for `audience` (all of the session's by default): an RFC 9068 JWT signed with
 * the current key, or in the shared-secret profile an HS256 JWT that points to the session and grants nothing more.
 * Whether the session goes on and the user may sign in is for the caller to know; `holder` is for who knows it already.
 *
 * @example const token = await mintAccessToken(ctx, session, user)
 */
export async function mintAccessToken(
  ctx: Context,
  session: Session,
  user: TokenUser,
  audience: readonly string[] = session.audience,
  holder?: Holder,
): Promise<string> {
  const { place, roles, permissions } = holder ?? (await lookUpHolder(ctx, user.id))
  const iat = Math.floor(ctx.clock.now() / 1000)
  const common = {
    iss: ctx.config.issuer,
    sub: user.id,
    sid: session.id,
    jti: randomUUID(),
    iat,
    exp: iat + ctx.config.accessTokenLifetime,
    [placeClaim]: place,
    username: user.username,
  }
  if (ctx.config.tokenProfile === 'shared-secret')
    return signWithSecret(ctx.config, { ...common, id: user.id })
  return signWithKey(await currentSigner(ctx), {
    ...common,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: firstPartyClient,
    auth_time: Math.floor(session.authTime / 1000),
    acr: session.acr,
    amr: session.amr,
    roles,
    scope: grantable(ctx, permissions, audience).join(' '),
  })
}

/** The server's own permissions travel only in tokens that no API is meant to see, the rest only in the others. */
function grantable(ctx: Context, permissions: readonly string[], audience: readonly string[]): string[] {
  const own = isForServerAlone(ctx.config, audience)
  return permissions.filter((permission) => own === isServerPermission(permission))
}
