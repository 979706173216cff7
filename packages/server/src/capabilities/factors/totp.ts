import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { FactorRow } from './store.ts'
import { takeStep } from './store.ts'

/** What every authenticator app understands (RFC 6238): SHA-1, six digits, thirty seconds. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const

/** Time steps before and after the present one whose codes are accepted (RFC 6238, section 5.2). */
const window = 1

/** 160 bits: as long as the digest (RFC 4226, section 4). */
const secretBytes = 20

const sealedFor = (id: string): string => `totp ${id}`

/** A new secret, sealed for the factor with this id. */
export const newSecret = (ctx: Context, id: string): string => sealSecret(ctx, id, randomBytes(secretBytes))

export const sealSecret = (ctx: Context, id: string, secret: Uint8Array): string =>
  ctx.sealer.seal(secret, sealedFor(id))

/** Seals a secret again, under the present GATEHOUSE_SECRET. */
export const sealAgain = (ctx: Context, id: string, sealed: string): string =>
  ctx.sealer.seal(ctx.sealer.open(sealed, sealedFor(id)), sealedFor(id))

type Secret = Pick<FactorRow, 'id' | 'secret_sealed'>

async function open(ctx: Context, { id, secret_sealed }: Secret, names: { issuer: string; label: string }) {
  const { Secret, TOTP } = await import('otpauth')
  const bytes = Uint8Array.from(ctx.sealer.open(secret_sealed ?? '', sealedFor(id)))
  return new TOTP({ ...parameters, ...names, secret: new Secret({ buffer: bytes.buffer }) })
}

/** What an authenticator app is set up with. */
export interface TotpSetup {
  /** Base32, to be typed. */
  readonly secret: string
  /** An `otpauth:` address. */
  readonly uri: string
  /** The address as a QR code: an SVG element. */
  readonly qr: string
}

/** @param names of the application and the account, as the app shows them */
export async function setupOf(
  ctx: Context,
  factor: Secret,
  names: { readonly issuer: string; readonly label: string },
): Promise<TotpSetup> {
  const [totp, { renderSVG }] = await Promise.all([open(ctx, factor, names), import('uqr')])
  const uri = totp.toString()
  // pixels of one unit: the element grows to whatever size its page gives it
  return { secret: totp.secret.base32, uri, qr: renderSVG(uri, { border: 4, pixelSize: 1 }) }
}

/** The six digits of a code, whatever spaces, hyphens or wide digits it was typed with; undefined for anything else. */
function readTotp(typed: string): string | undefined {
  if (typed.length > 32) return undefined
  const code = typed.normalize('NFKC').replace(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(code) ? code : undefined
}

/** The time step whose code this is; undefined for a wrong one. NOT checked here: whether it was used before. */
export async function stepOf(ctx: Context, factor: Secret, typed: string): Promise<number | undefined> {
  const token = readTotp(typed)
  if (token === undefined) return undefined
  const totp = await open(ctx, factor, { issuer: '', label: '' })
  const timestamp = ctx.clock.now()
  const delta = totp.validate({ token, timestamp, window })
  return delta === null ? undefined : totp.counter({ timestamp }) + delta
}

/**
 * Which of a user's factors a code is of, used up: each time step counts once, so a code that was seen or overheard is
 * worth nothing. In the transaction that `ctx` is.
 */
export async function takeTotp(
  ctx: Context,
  factors: readonly FactorRow[],
  typed: string,
): Promise<FactorRow | undefined> {
  for (const factor of factors.filter(({ kind }) => kind === 'totp')) {
    const step = await stepOf(ctx, factor, typed)
    if (step !== undefined && (await takeStep(ctx.db, factor.id, { now: ctx.clock.now(), step })))
      return factor
  }
  return undefined
}
