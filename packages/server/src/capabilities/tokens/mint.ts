import { createHmac, type KeyObject } from 'node:crypto'
import { placeClaim } from '@gatehouse/guard/internal/revocation'
import type { Context } from '../../context.ts'
import type { Grant } from '../../grant.ts'
import type { Signer } from '../../instance.ts'
import { currentSigner } from '../keys/index.ts'
import { SessionEnded } from '../sessions/index.ts'
import { isForServerAlone } from './audience.ts'
import { lookUpSubject, type TokenSubject } from './subject.ts'
import { newTokenId } from './token-id.ts'

export interface MintOptions {
  /** Whom the token is for; all audiences of the grant by default. */
  readonly audience?: readonly string[]
  /** What the token says about its subject, where it was looked up already. */
  readonly subject?: TokenSubject
}

/**
 * Makes an access token of a grant: an RFC 9068 JWT signed with the current key, or in the shared-secret profile an
 * HS256 JWT that points to the grant and permits nothing more. Whether the grant is still good is for the caller to
 * check.
 *
 * @throws SessionEnded (`session_ended`, 401) where the subject is gone or disabled
 * @example const token = await mintAccessToken(ctx, grantOf(session))
 */
export async function mintAccessToken(
  ctx: Context,
  grant: Grant,
  { audience = grant.audience, ...options }: MintOptions = {},
): Promise<string> {
  const subject = options.subject ?? (await lookUpSubject(ctx, grant))
  if (subject === undefined) throw new SessionEnded()
  const { username, roles, permissions, sequence } = subject
  const iat = Math.floor(ctx.clock.now() / 1000)
  const common = {
    iss: ctx.config.issuer,
    sub: grant.subject,
    sid: grant.id,
    jti: newTokenId(grant.id),
    iat,
    exp: iat + ctx.config.accessTokenLifetime,
    [placeClaim]: sequence,
    username,
  }
  if (ctx.config.tokenProfile === 'shared-secret')
    return signWithSecret(ctx.instance.keys.sharedSecret, { ...common, id: grant.subject })
  return signWithKey(await currentSigner(ctx), {
    ...common,
    aud: audience.length === 1 ? audience[0] : audience,
    client_id: grant.client,
    ...(grant.kind === 'session' && {
      auth_time: Math.floor(grant.authTime / 1000),
      acr: grant.acr,
      amr: grant.amr,
    }),
    roles,
    scope: grantable(ctx, permissions, audience).join(' '),
  })
}

/** The server's own permissions travel only in tokens that no API is meant to see, the rest only in the others. */
function grantable(ctx: Context, permissions: readonly string[], audience: readonly string[]): string[] {
  const own = isForServerAlone(ctx.config, audience)
  return permissions.filter((permission) => own === ctx.instance.permissions.has(permission))
}

/** A token signed with a key of the key set (RFC 9068: `typ` is `at+jwt`). */
function signWithKey(signer: Signer, claims: object): string {
  const input = `${signer.tokenHeader}.${encode(claims)}`
  return `${input}.${signer.sign(Buffer.from(input, 'ascii')).toString('base64url')}`
}

const sharedSecretHeader = encode({ alg: 'HS256', typ: 'JWT' })

/** A token signed with JWT_SECRET, as APIs that share it check it (HS256). */
function signWithSecret(secret: KeyObject | undefined, claims: object): string {
  if (secret === undefined) throw new Error('the shared-secret profile needs JWT_SECRET')
  const input = `${sharedSecretHeader}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
