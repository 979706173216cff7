import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Context } from '../../context.ts'
import { noteFailure } from '../audit/index.ts'
import { appNameOf } from '../mail/index.ts'
import { type FactorRow, findPasskey, usePasskey } from './store.ts'

export type { AuthenticationResponseJSON, RegistrationResponseJSON }

/**
 * The relying party of passkeys: the issuer's host (WebAuthn, section 5.1.2). Browsers let pages of that host and of hosts
 * below it use its passkeys.
 */
export const relyingPartyOf = ({ config }: Pick<Context, 'config'>): string => new URL(config.issuer).hostname

/** The pages whose passkeys are accepted: the server's own, and those of listed origins. */
const originsOf = ({ config }: Context): string[] => [new URL(config.issuer).origin, ...config.corsOrigins]

const library = () => import('@simplewebauthn/server')

interface Described {
  readonly id: string
  readonly transports: string[]
}

/** The passkeys among factors that this relying party can ask for. */
const described = (ctx: Context, factors: readonly FactorRow[]): Described[] =>
  factors.flatMap(({ credential_id, relying_party, transports }) =>
    credential_id !== null && relying_party === relyingPartyOf(ctx)
      ? [{ id: credential_id, transports: JSON.parse(transports ?? '[]') as string[] }]
      : [],
  )

/** EdDSA, ES256 and RS256 (COSE): what authenticators and Node both have. */
const algorithms = [-8, -7, -257]

/** Milliseconds that a browser waits for its user. */
const timeout = 300_000

/** What `navigator.credentials.create` takes. `challenge` is base64url. */
export async function creationOptions(
  ctx: Context,
  user: { readonly id: string; readonly username: string },
  factors: readonly FactorRow[],
  challenge: string,
) {
  return (await library()).generateRegistrationOptions({
    rpName: appNameOf(ctx.config),
    rpID: relyingPartyOf(ctx),
    userName: user.username,
    userDisplayName: user.username,
    // random in origin, and no name: authenticators show it to nobody
    userID: Uint8Array.from(Buffer.from(user.id)),
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    timeout,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: described(ctx, factors),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

/** What `navigator.credentials.get` takes; without factors, for any passkey that the authenticator has for this server. */
export async function requestOptions(
  ctx: Context,
  factors: readonly FactorRow[] | undefined,
  challenge: string,
) {
  return (await library()).generateAuthenticationOptions({
    rpID: relyingPartyOf(ctx),
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    timeout,
    // as the only factor it has to know its user; as the second, a key without a PIN will do
    userVerification: factors === undefined ? 'required' : 'preferred',
    ...(factors === undefined ? {} : { allowCredentials: described(ctx, factors) }),
  })
}

/** The challenge that a response of an authenticator was made for; undefined where there is none to read. */
export function challengeIn({ response }: { response: { clientDataJSON: string } }): string | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString())
    const challenge =
      typeof data === 'object' && data !== null && 'challenge' in data ? data.challenge : undefined
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}

/** The passkey that an authenticator made for a challenge; undefined where anything about it is wrong. */
export async function readPasskey(
  ctx: Context,
  response: RegistrationResponseJSON,
  expectedChallenge: string,
) {
  const { verifyRegistrationResponse } = await library()
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge,
    expectedOrigin: originsOf(ctx),
    expectedRPID: relyingPartyOf(ctx),
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch(refused(ctx))
  if (!verified || registrationInfo === undefined) return undefined
  const { credential, aaguid, credentialDeviceType, credentialBackedUp, userVerified } = registrationInfo
  const columns = {
    credential_id: credential.id,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    sign_count: credential.counter,
    transports: JSON.stringify((response.response.transports ?? []).slice(0, 10)),
    relying_party: relyingPartyOf(ctx),
    backup_eligible: credentialDeviceType === 'multiDevice' ? 1 : 0,
    backed_up: credentialBackedUp ? 1 : 0,
    model: aaguid,
  }
  return { columns, userVerified }
}

/** What an authenticator did not sign, or not for us, is wrong; the reason is for the log only. */
const refused =
  ({ log }: Context) =>
  (error: unknown): { verified: false; registrationInfo?: never; authenticationInfo?: never } => {
    log.debug({ err: error }, 'a passkey was refused')
    return { verified: false }
  }

/** Whose passkey answered, and whether it made sure of its user (a PIN, a finger, a face). */
export interface PasskeyUsed {
  readonly factor: FactorRow
  readonly userVerified: boolean
}

/**
 * Checks what a passkey signed for a challenge, and writes its use down, in the transaction that `ctx` is; undefined for a
 * wrong one. A counter that goes back means that the key was copied: it is refused, and audited.
 *
 * @param userId whose it has to be, where that is known
 */
export async function takePasskey(
  ctx: Context,
  response: AuthenticationResponseJSON,
  { challenge, userId }: { readonly challenge: string; readonly userId?: string },
): Promise<PasskeyUsed | undefined> {
  const factor = await findPasskey(ctx.db, response.id)
  if (factor === undefined || (userId !== undefined && factor.user_id !== userId)) return undefined
  if (factor.relying_party !== relyingPartyOf(ctx) || !isHandleOf(factor, response)) return undefined
  const { verifyAuthenticationResponse } = await library()
  const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: originsOf(ctx),
    expectedRPID: factor.relying_party,
    requireUserVerification: false,
    credential: {
      id: factor.credential_id ?? '',
      publicKey: Uint8Array.from(Buffer.from(factor.public_key ?? '', 'base64url')),
      // the counter is looked at below
      counter: 0,
    },
  }).catch(refused(ctx))
  if (!verified || info === undefined) return undefined
  const before = factor.sign_count ?? 0
  if (before > 0 && info.newCounter <= before) {
    noteFailure(ctx, { action: 'factor.copied', userId: factor.user_id, reason: 'counter_went_back' })
    ctx.caller?.note({ event: 'factor.copied', userId: factor.user_id, level: 'warn' })
    return undefined
  }
  const backedUp = info.credentialBackedUp ? 1 : 0
  const used = { sign_count: info.newCounter, backed_up: backedUp, last_used_at: ctx.clock.now() }
  if (!(await usePasskey(ctx.db, factor.id, before, used))) return undefined
  return { factor, userVerified: info.userVerified }
}

/** Whether a response is for the account whose passkey it is; an authenticator that was told which passkey need not say. */
function isHandleOf(
  { user_id }: FactorRow,
  { response: { userHandle } }: AuthenticationResponseJSON,
): boolean {
  return !userHandle || Buffer.from(userHandle, 'base64url').toString() === user_id
}
