import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../../config.ts'
import type { Context } from '../../platform/context.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { signBytes } from './algorithms.ts'
import { ringMaxAge } from './lifetimes.ts'
import type { KeyUse, PublishedJwk } from './schema.ts'
import { type KeyRow, publishedKeys } from './store.ts'

/** A key that signs now. */
export interface Signer {
  readonly kid: string
  readonly alg: SigningAlgorithm
  /** The signature of `bytes`, as a JWS wants it. */
  sign(bytes: Uint8Array): Buffer
}

interface Ring {
  readonly loadedAt: number
  readonly rows: readonly KeyRow[]
  readonly signers: Map<string, Signer>
}

/** What an instance knows of its keys. It lives as long as the sealer that opened them: one for each instance. */
const rings = new WeakMap<Sealer, Ring>()

/** What a sealed private key is bound to, so that it opens in its own row only. */
export function sealPurpose(kid: string): string {
  return `key:${kid}`
}

/**
 * The keys as this instance last read them, at most `ringMaxAge` ago; minting costs no query for most tokens.
 * Callers that find it too old read for themselves: waiting for one another's read could be waiting for a
 * connection that one's own transaction holds.
 */
async function ring(ctx: Context): Promise<Ring> {
  const now = ctx.clock.now()
  const known = rings.get(ctx.sealer)
  if (known !== undefined && Math.abs(now - known.loadedAt) <= ringMaxAge) return known
  const rows = await publishedKeys(ctx.db, now)
  const signers = new Map<string, Signer>()
  for (const { kid } of rows) {
    const signer = known?.signers.get(kid)
    if (signer !== undefined) signers.set(kid, signer)
  }
  const fresh = { loadedAt: now, rows, signers }
  rings.set(ctx.sealer, fresh)
  return fresh
}

/** Makes this instance read its keys again before it uses one (another instance changed them). */
export function forgetKeys(ctx: Context): void {
  rings.delete(ctx.sealer)
}

/**
 * The key that signs now.
 *
 * @throws Error when there is none: `ensureKeys` has not run
 */
export async function currentSigner(ctx: Context, use: KeyUse = 'token'): Promise<Signer> {
  const { rows, signers } = await ring(ctx)
  const now = ctx.clock.now()
  const usable = rows.filter((row) => row.use === use && row.private_sealed !== null)
  // where this instance's clock is behind the one that made the first key, that key must do
  const row = usable.find(({ signs_from }) => signs_from <= now) ?? usable.at(-1)
  if (row === undefined) throw new Error(`there is no key to sign a ${use} with`)
  const known = signers.get(row.kid)
  if (known !== undefined) return known
  const signer = openSigner(ctx, row)
  signers.set(row.kid, signer)
  return signer
}

function openSigner(ctx: Context, { kid, alg, private_sealed }: KeyRow): Signer {
  if (private_sealed === null) throw new Error(`the private part of key ${kid} is gone`)
  const key = openPrivateKey(ctx.sealer, kid, private_sealed)
  return { kid, alg, sign: (bytes) => signBytes(alg, key, bytes) }
}

function openPrivateKey(sealer: Sealer, kid: string, sealed: string): KeyObject {
  const der = sealer.open(sealed, sealPurpose(kid))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** The key set that others verify our signatures with (RFC 7517): upcoming, signing and outgoing keys. */
export async function publishedJwks(ctx: Context, use: KeyUse = 'token'): Promise<{ keys: PublishedJwk[] }> {
  const { rows } = await ring(ctx)
  const now = ctx.clock.now()
  const keys = rows
    .filter((row) => row.use === use && (row.published_until === null || row.published_until > now))
    .map((row): PublishedJwk => JSON.parse(row.public_jwk))
  return { keys }
}
