import { settingsOf } from '../../config/setting.ts'
import type { SigningAlgorithm } from '../../config.ts'
import type { Actor, Context } from '../../context.ts'
import type { KeyUse } from '../../instance.ts'
import { serialize } from '../../platform/db/locks.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { InvalidInput } from '../../platform/errors.ts'
import { type Page, type PageRequest, pageOf, readCursor, writeCursor } from '../../platform/paging.ts'
import { record } from '../audit/index.ts'
import { revoke } from '../revocations/index.ts'
import { generateKeys, publicJwk } from './algorithms.ts'
import { KeyInUse, KeyNotFound } from './errors.ts'
import { type KeyState, keyState, overlap, publishedUntil, ringMaxAge } from './lifetimes.ts'
import { currentSigner, forgetKeys, sealPurpose } from './ring.ts'
import { keySettings } from './settings.ts'
import {
  allKeys,
  destroyPrivateParts,
  endSigning,
  findKey,
  insertKey,
  type KeyRow,
  keysAfter,
  newestKey,
  replaceSealed,
  revokeKey,
  revokePublished,
} from './store.ts'

export interface KeyDescription {
  kid: string
  use: KeyUse
  alg: SigningAlgorithm
  state: KeyState
  /** Milliseconds since the epoch, as all of these. */
  createdAt: number
  signsFrom: number
  signsUntil: number | null
  publishedUntil: number | null
  revokedAt: number | null
}

export interface RotateOptions {
  use?: KeyUse | undefined
  /** Drops the keys in use at once, with every token that they signed: for a key that may have leaked. */
  emergency?: boolean | undefined
}

const system: Actor = { kind: 'system' }

/** The uses that this configuration signs for: a shared secret stands in for token keys, never for others. */
function usesOf(ctx: Context): KeyUse[] {
  return ctx.config.tokenProfile === 'shared-secret' ? ['feed', 'audit'] : ['token', 'feed', 'audit']
}

/** One change of the keys at a time, over all instances. */
async function changeKeys<T>(ctx: Context, change: (ctx: Context) => Promise<T>): Promise<T> {
  return inTransaction(ctx, async (ctx) => {
    await serialize(ctx.db, 'keys')
    ctx.afterCommit(() => forgetKeys(ctx))
    return change(ctx)
  })
}

/**
 * Makes the keys that are missing, and plans the change where another algorithm is configured now. Instances that
 * start together agree on one key. Ends by opening each signing key, so that a wrong GATEHOUSE_SECRET shows at start.
 */
export async function ensureKeys(ctx: Context): Promise<void> {
  await changeKeys(ctx, async (ctx) => {
    for (const use of usesOf(ctx)) {
      const newest = await newestKey(ctx.db, use)
      if (newest === undefined) await addKey(ctx, use, ctx.clock.now())
      else if (newest.alg !== settingsOf(ctx.config, keySettings).signingAlgorithm) await succeed(ctx, newest)
    }
  })
  for (const use of usesOf(ctx)) await currentSigner(ctx, use)
}

/**
 * Replaces the signing key. The next one is published at once and signs once nobody's copy of the key set can be
 * without it; the old one stays published until its last token has expired. A key that is already waiting to sign
 * is left to it. In an emergency nothing waits. What `actor` may do is for the caller to check.
 *
 * @throws InvalidInput (`invalid_input`, 422) for token keys in the shared-secret profile, which has none
 */
export async function rotateKeys(
  ctx: Context,
  options: RotateOptions = {},
  actor: Actor = system,
): Promise<KeyDescription> {
  const use = options.use ?? 'token'
  if (!usesOf(ctx).includes(use)) {
    const detail = 'Tokens are signed with JWT_SECRET here; there are no token keys.'
    throw new InvalidInput([{ field: 'use', code: 'no_such_keys', detail }])
  }
  return changeKeys(ctx, async (ctx) => {
    const now = ctx.clock.now()
    const newest = await newestKey(ctx.db, use)
    if (options.emergency === true) {
      const dropped = await revokePublished(ctx.db, use, now)
      for (const key of dropped) await revoke(ctx, { type: 'key-revoked', key })
      const row = await addKey(ctx, use, now)
      await recordRotation(ctx, actor, row.kid, { use, emergency: true, dropped })
      return describe(row, now)
    }
    if (newest !== undefined && newest.signs_from > now) return describe(newest, now)
    const row = newest === undefined ? await addKey(ctx, use, now) : await succeed(ctx, newest)
    await recordRotation(ctx, actor, row.kid, { use, emergency: false })
    return describe(row, now)
  })
}

/**
 * Drops a published key that signs no more, with every token that it signed, before its time is over.
 *
 * @throws KeyNotFound (`key_not_found`, 404) for an unknown, retired or dropped one, KeyInUse (`key_in_use`, 409) for
 *   one that signs or is about to
 */
export async function dropKey(ctx: Context, kid: string, actor: Actor): Promise<void> {
  await changeKeys(ctx, async (ctx) => {
    const now = ctx.clock.now()
    const row = await findKey(ctx.db, kid)
    const state = row === undefined ? 'retired' : keyState(row, now)
    if (state === 'upcoming' || state === 'signing') throw new KeyInUse()
    if (row === undefined || state !== 'published') throw new KeyNotFound()
    await revokeKey(ctx.db, kid, now)
    await revoke(ctx, { type: 'key-revoked', key: kid })
    await record(ctx, { actor, action: 'keys.dropped', target: kid, detail: { use: row.use } })
  })
}

/**
 * Rotates each key that has signed for `GATEHOUSE_KEY_ROTATION`, and destroys the private parts of those that sign no
 * more. An audit key signs until it is rotated by hand: checkpoints are compared with it for years. Meant to be called every minute or so, by any number of instances.
 */
export async function rotateIfDue(ctx: Context): Promise<void> {
  await changeKeys(ctx, async (ctx) => {
    const now = ctx.clock.now()
    for (const use of usesOf(ctx)) {
      if (use === 'audit') continue
      const newest = await newestKey(ctx.db, use)
      const due =
        newest !== undefined &&
        newest.signs_from + settingsOf(ctx.config, keySettings).rotation * 1000 <= now + overlap
      if (!due) continue
      const row = await succeed(ctx, newest)
      await recordRotation(ctx, system, row.kid, { use, scheduled: true })
    }
    await destroyPrivateParts(ctx.db, now - ringMaxAge)
  })
}

/** Every key with where it is in its life, newest first; no private part. */
export async function listKeys(ctx: Context): Promise<KeyDescription[]> {
  const now = ctx.clock.now()
  return (await allKeys(ctx.db)).map((row) => describe(row, now))
}

/**
 * A page of keys, newest first; no private part.
 *
 * @throws InvalidInput (422) for a cursor that did not come from here
 */
export async function pageOfKeys(ctx: Context, page: PageRequest): Promise<Page<KeyDescription>> {
  const now = ctx.clock.now()
  const after = page.cursor === undefined ? undefined : positionOf(readCursor(ctx, 'keys', page.cursor))
  const rows = await keysAfter(ctx.db, after, page.limit + 1)
  const { items, next } = pageOf(rows, page.limit, ({ signs_from, kid }) =>
    writeCursor(ctx, 'keys', `${signs_from} ${kid}`),
  )
  return { items: items.map((row) => describe(row, now)), next }
}

function positionOf(cursor: string): { signs_from: number; kid: string } {
  const [signsFrom = '', kid = ''] = cursor.split(' ')
  return { signs_from: Number(signsFrom), kid }
}

/**
 * Seals every private key under the newest secret (GATEHOUSE_SECRET was changed, the old one is still set); returns
 * how many.
 */
export async function resealKeys(ctx: Context): Promise<number> {
  return changeKeys(ctx, async (ctx) => {
    let resealed = 0
    for (const { kid, private_sealed } of await allKeys(ctx.db)) {
      if (private_sealed === null) continue
      const purpose = sealPurpose(kid)
      await replaceSealed(ctx.db, kid, ctx.sealer.seal(ctx.sealer.open(private_sealed, purpose), purpose))
      resealed += 1
    }
    await record(ctx, {
      actor: system,
      action: 'keys.resealed',
      target: null,
      detail: { resealed },
    })
    return resealed
  })
}

async function succeed(ctx: Context, old: KeyRow): Promise<KeyRow> {
  const takesOver = Math.max(ctx.clock.now() + overlap, old.signs_from)
  // what an audit key has signed is verified for as long as the log is kept
  const until = old.use === 'audit' ? null : publishedUntil(ctx.config, takesOver)
  await endSigning(ctx.db, old.kid, takesOver, until)
  return addKey(ctx, old.use, takesOver)
}

async function addKey(ctx: Context, use: KeyUse, signsFrom: number): Promise<KeyRow> {
  const { signingAlgorithm: alg } = settingsOf(ctx.config, keySettings)
  const { publicKey, privateKey } = await generateKeys(alg)
  const jwk = publicJwk(alg, publicKey)
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  const row: KeyRow = {
    kid: jwk.kid,
    use,
    alg,
    public_jwk: JSON.stringify(jwk),
    private_sealed: ctx.sealer.seal(der, sealPurpose(jwk.kid)),
    created_at: ctx.clock.now(),
    signs_from: signsFrom,
    signs_until: null,
    published_until: null,
    revoked_at: null,
  }
  await insertKey(ctx.db, row)
  await revoke(ctx, { type: 'key-published', key: row.kid })
  return row
}

async function recordRotation(
  ctx: Context,
  actor: Actor,
  kid: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await record(ctx, { actor, action: 'keys.rotated', target: kid, detail })
}

function describe(row: KeyRow, now: number): KeyDescription {
  return {
    kid: row.kid,
    use: row.use,
    alg: row.alg,
    state: keyState(row, now),
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    signsUntil: row.signs_until,
    publishedUntil: row.published_until,
    revokedAt: row.revoked_at,
  }
}
