import { randomUUID } from 'node:crypto'
import { placeClaim } from '@gatehouse/guard/revocation'
import type { Context } from '../../platform/context.ts'
import { currentSigner } from '../keys/index.ts'
import { currentPlace } from '../revocations/index.ts'
import { isServerPermission, permissionsOfRoles, rolesOf } from '../roles/index.ts'
import type { Session } from '../sessions/index.ts'
import { isForServerAlone } from './audience.ts'
import { signWithKey, signWithSecret } from './jws.ts'

/** What of a user a token tells. */
export interface TokenUser {
  readonly id: string
  readonly username: string
}

/** The one client that people sign in through so far: their own application, talking to this server directly. */
const firstPartyClient = 'first-party'

/** What was looked up for a token already: the feed's place first, so that what changed after it makes the token bad. */
export interface LookedUp {
  readonly place: number
  readonly roles: readonly string[]
}

/**
 * Makes an access token of a session for `audience` (all of the session's by default): an RFC 9068 JWT signed with
 * the current key, or in the shared-secret profile an HS256 JWT that points to the session and grants nothing more.
 * Whether the session goes on and the user may sign in is for the caller to know.
 *
 * @example const token = await mintAccessToken(ctx, session, user)
 */
export async function mintAccessToken(
  ctx: Context,
  session: Session,
  user: TokenUser,
  audience: readonly string[] = session.audience,
  known?: LookedUp,
): Promise<string> {
  // before anything is looked up: what changes after this makes the token bad
  const rev = known?.place ?? (await currentPlace(ctx))
  const iat = Math.floor(ctx.clock.now() / 1000)
  const common = {
    iss: ctx.config.issuer,
    sub: user.id,
    sid: session.id,
    jti: randomUUID(),
    iat,
    exp: iat + ctx.config.accessTokenLifetime,
    [placeClaim]: rev,
    username: user.username,
  }
  if (ctx.config.tokenProfile === 'shared-secret')
    return signWithSecret(ctx.config, { ...common, id: user.id })
  const roles = known?.roles ?? (await rolesOf(ctx, user.id))
  return signWithKey(await currentSigner(ctx), {
    ...common,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: firstPartyClient,
    auth_time: Math.floor(session.authTime / 1000),
    acr: session.acr,
    amr: session.amr,
    roles,
    scope: (await grantable(ctx, roles, audience)).join(' '),
  })
}

/** The server's own permissions travel only in tokens that no API is meant to see, the rest only in the others. */
async function grantable(
  ctx: Context,
  roles: readonly string[],
  audience: readonly string[],
): Promise<string[]> {
  const own = isForServerAlone(ctx.config, audience)
  const permissions = await permissionsOfRoles(ctx.db, roles)
  return permissions.filter((permission) => own === isServerPermission(permission))
}
