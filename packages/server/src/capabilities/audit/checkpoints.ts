import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { PublishedJwk } from '../../instance.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type Head, takeHead } from './chain-store.ts'
import { insertCheckpoint, newestCheckpoint, thinCheckpoints } from './checkpoint-store.ts'
import { CheckpointInvalid } from './errors.ts'
import type { CheckpointKind } from './schema.ts'

/** What is signed: that the entry with this number has this digest. */
export interface Checkpoint {
  readonly kind: CheckpointKind
  readonly sequence: number
  readonly digest: string
  /** Seconds since the epoch. */
  readonly iat: number
  readonly iss: string
}

const typ = 'audit-checkpoint+jwt'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Signs what the chain is at its head, with a key that signs nothing else, and keeps it. */
export async function signCheckpoint(ctx: Context, kind: CheckpointKind, head: Head): Promise<string> {
  const signer = await ctx.instance.keys.signer(ctx.db, 'audit')
  const now = ctx.clock.now()
  const { sequence, digest } = head
  const payload = { iss: ctx.config.issuer, iat: Math.floor(now / 1000), kind, sequence, digest }
  const input = `${encode({ alg: signer.alg, typ, kid: signer.kid })}.${encode(payload)}`
  const signed = `${input}.${signer.sign(Buffer.from(input, 'ascii')).toString('base64url')}`
  await insertCheckpoint(ctx.db, { id: newId(ctx.clock), kind, sequence, at: now, signed })
  return signed
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Signs a checkpoint if the chain has grown since the last one, which was a minute ago or more. One an hour goes to the
 * log, where no writer of the database reaches it. Those of past days are thinned out to one a day.
 */
export async function checkpointIfDue(ctx: Context): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const head = await takeHead(ctx.db)
    if (head === undefined || head.sequence === 0) return
    const now = ctx.clock.now()
    const last = await newestCheckpoint(ctx.db)
    if (last !== undefined && (last.sequence === head.sequence || last.at > now - minute)) return
    const signed = await signCheckpoint(ctx, 'state', head)
    await thinCheckpoints(ctx.db, now - day)
    if (last !== undefined && Math.floor(last.at / hour) === Math.floor(now / hour)) return
    ctx.afterCommit(() =>
      ctx.log.info({ checkpoint: signed, sequence: head.sequence }, 'signed a checkpoint of the audit log'),
    )
  })
}

/** Reads checkpoints that were signed with one of these keys. */
export class CheckpointReader {
  readonly #keys: ReadonlyMap<string, { alg: string; key: KeyObject }>

  constructor(keys: readonly PublishedJwk[]) {
    this.#keys = new Map(
      keys.map((jwk) => [
        jwk.kid,
        { alg: jwk.alg, key: createPublicKey({ key: { ...jwk }, format: 'jwk' }) },
      ]),
    )
  }

  /** @throws CheckpointInvalid (`checkpoint_invalid`) for anything that none of the keys has signed as a checkpoint */
  read(signed: string): Checkpoint {
    const [head = '', body = '', signature = '', ...rest] = signed.trim().split('.')
    const header = parse(head)
    const known = this.#keys.get(String(header['kid']))
    if (rest.length > 0 || known === undefined || header['typ'] !== typ || header['alg'] !== known.alg)
      throw new CheckpointInvalid()
    const bytes = Buffer.from(`${head}.${body}`, 'ascii')
    if (!isSigned(known.alg, known.key, bytes, Buffer.from(signature, 'base64url')))
      throw new CheckpointInvalid()
    // what is signed is what `signCheckpoint` has made
    return parse(body) as unknown as Checkpoint
  }
}

function parse(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // not JSON: refused below
  }
  throw new CheckpointInvalid()
}

function isSigned(alg: string, key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  if (alg === 'EdDSA') return verify(null, bytes, key, signature)
  if (alg === 'ES256') return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
  return verify('sha256', bytes, key, signature)
}

/** A reader that trusts this server's own keys. */
export async function ownReader(ctx: Context): Promise<CheckpointReader> {
  return new CheckpointReader((await auditKeys(ctx)).keys)
}

/** The public keys that checkpoints are verified with (RFC 7517). */
export function auditKeys(ctx: Context): Promise<{ keys: PublishedJwk[] }> {
  return ctx.instance.keys.publicKeys(ctx.db, 'audit')
}
