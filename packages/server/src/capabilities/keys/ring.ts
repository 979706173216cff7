import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { Config } from '../../config.ts'
import type { Context } from '../../context.ts'
import type { KeyRing, KeyUse, PublishedJwk, Signer } from '../../instance.ts'
import type { Clock } from '../../platform/context.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Executor } from '../../platform/db/executor.ts'
import { publicJwk, signBytes } from './algorithms.ts'
import { ringMaxAge } from './lifetimes.ts'
import { type KeyRow, publishedKeys } from './store.ts'

interface Ring {
  readonly loadedAt: number
  readonly rows: readonly KeyRow[]
  readonly signers: Map<string, Signer>
}

export interface KeyRingOptions {
  readonly config: Pick<Config, 'jwtSecret'>
  readonly clock: Clock
  readonly sealer: Sealer
}

/** The keys as this instance last read them, at most `ringMaxAge` ago: minting costs no query for most tokens. */
class DatabaseKeyRing implements KeyRing {
  readonly sharedSecret: KeyObject | undefined
  readonly #clock: Clock
  readonly #sealer: Sealer
  #ring: Ring | undefined

  constructor({ config: { jwtSecret }, clock, sealer }: KeyRingOptions) {
    this.#clock = clock
    this.#sealer = sealer
    this.sharedSecret = jwtSecret === undefined ? undefined : createSecretKey(jwtSecret)
  }

  /**
   * Callers that find the ring too old read for themselves: waiting for one another's read could be waiting for a
   * connection that one's own transaction holds.
   */
  async #read(db: Executor): Promise<Ring> {
    const now = this.#clock.now()
    const known = this.#ring
    if (known !== undefined && Math.abs(now - known.loadedAt) <= ringMaxAge) return known
    const rows = await publishedKeys(db, now)
    const signers = new Map<string, Signer>()
    for (const { kid } of rows) {
      const signer = known?.signers.get(kid)
      if (signer !== undefined) signers.set(kid, signer)
    }
    this.#ring = { loadedAt: now, rows, signers }
    return this.#ring
  }

  forget(): void {
    this.#ring = undefined
  }

  async signer(db: Executor, use: KeyUse): Promise<Signer> {
    const { rows, signers } = await this.#read(db)
    const now = this.#clock.now()
    const usable = rows.filter((row) => row.use === use && row.private_sealed !== null)
    // where this instance's clock is behind the one that made the first key, that key must do
    const row = usable.find(({ signs_from }) => signs_from <= now) ?? usable.at(-1)
    if (row === undefined) throw new Error(`there is no key to sign a ${use} with`)
    const known = signers.get(row.kid)
    if (known !== undefined) return known
    const signer = openSigner(this.#sealer, row)
    signers.set(row.kid, signer)
    return signer
  }

  async publicKeys(db: Executor, use: KeyUse): Promise<{ keys: PublishedJwk[] }> {
    const { rows } = await this.#read(db)
    const now = this.#clock.now()
    const keys = rows
      .filter((row) => row.use === use && (row.published_until === null || row.published_until > now))
      .map((row): PublishedJwk => (use === 'audit' ? ownJwk(this.#sealer, row) : JSON.parse(row.public_jwk)))
    return { keys }
  }
}

export function createKeyRing(options: KeyRingOptions): KeyRing {
  return new DatabaseKeyRing(options)
}

/** What a sealed private key is bound to, so that it opens in its own row only. */
export function sealPurpose(kid: string): string {
  return `key:${kid}`
}

/** The public part of a private key that only this server can have sealed: nobody who writes to the database makes one up. */
function ownJwk(sealer: Sealer, row: KeyRow): PublishedJwk {
  return publicJwk(row.alg, createPublicKey(openPrivate(sealer, row)))
}

function openPrivate(sealer: Sealer, { kid, private_sealed }: KeyRow): KeyObject {
  if (private_sealed === null) throw new Error(`the private part of key ${kid} is gone`)
  return createPrivateKey({
    key: sealer.open(private_sealed, sealPurpose(kid)),
    format: 'der',
    type: 'pkcs8',
  })
}

function openSigner(sealer: Sealer, row: KeyRow): Signer {
  const { kid, alg } = row
  const key = openPrivate(sealer, row)
  const tokenHeader = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid })).toString('base64url')
  return { kid, alg, tokenHeader, sign: (bytes) => signBytes(alg, key, bytes) }
}

/** Makes this instance read its keys again before it uses one: another instance changed them. */
export function forgetKeys(ctx: Context): void {
  ctx.instance.keys.forget()
}

/**
 * The key that signs now.
 *
 * @throws Error when there is none: `ensureKeys` has not run
 */
export function currentSigner(ctx: Context, use: KeyUse = 'token'): Promise<Signer> {
  return ctx.instance.keys.signer(ctx.db, use)
}

/** The key set that others verify our signatures with (RFC 7517): upcoming, signing and outgoing keys. */
export function publishedJwks(ctx: Context, use: KeyUse = 'token'): Promise<{ keys: PublishedJwk[] }> {
  return ctx.instance.keys.publicKeys(ctx.db, use)
}
