import { expect, test } from 'vitest'
import { createSealer } from '../../platform/crypto/sealer.ts'
import { type TestContext, testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import {
  currentSigner,
  ensureKeys,
  listKeys,
  publishedJwks,
  resealKeys,
  rotateIfDue,
  rotateKeys,
} from './index.ts'

const days = 86_400_000
const overlap = 305_000

const published = async (ctx: TestContext) => (await publishedJwks(ctx)).keys.map(({ kid }) => kid)
const signing = async (ctx: TestContext) => (await currentSigner(ctx)).kid
const states = async (ctx: TestContext) =>
  (await listKeys(ctx)).filter(({ use }) => use === 'token').map(({ state }) => state)

describeEachDatabase('keys', (open) => {
  /** Two instances on one database, with the same time and secret but memories of their own. */
  const start = async (config: TestContext['config'] | object = {}) => {
    const database = await open()
    const ctx = testContext(database.db, { config })
    const other = testContext(await database.connect(), { config, clock: ctx.clock })
    return { database, ctx, other }
  }

  test('instances that start together make one key for each use, and agree on it', async () => {
    const { ctx, other } = await start()
    await Promise.all([ensureKeys(ctx), ensureKeys(other), ensureKeys(ctx), ensureKeys(other)])
    expect((await listKeys(ctx)).map(({ use }) => use).sort()).toEqual(['audit', 'feed', 'token'])
    expect(await signing(ctx)).toBe(await signing(other))
  })

  test('a token key is not published for the feed, nor the other way round', async () => {
    const { ctx } = await start()
    await ensureKeys(ctx)
    const [token, feed] = [await publishedJwks(ctx, 'token'), await publishedJwks(ctx, 'feed')]
    expect(token.keys).toHaveLength(1)
    expect(feed.keys).toHaveLength(1)
    expect(token.keys[0]?.kid).not.toBe(feed.keys[0]?.kid)
    expect(JSON.stringify([token, feed])).not.toContain('"d"')
  })

  test('with a shared secret there are no token keys', async () => {
    const { ctx } = await start({ tokenProfile: 'shared-secret' })
    await ensureKeys(ctx)
    expect((await publishedJwks(ctx)).keys).toEqual([])
    await expect(currentSigner(ctx)).rejects.toThrow()
  })

  test('a rotated key is published before it signs; the old one until its last token has ended', async () => {
    const { ctx, other } = await start()
    await ensureKeys(ctx)
    const old = await signing(ctx)
    const { kid: next } = await rotateKeys(ctx)
    expect(await published(ctx)).toEqual([next, old])
    expect(await signing(ctx)).toBe(old)
    ctx.clock.advance(overlap - 1)
    expect([await signing(ctx), await signing(other)]).toEqual([old, old])
    ctx.clock.advance(1)
    expect([await signing(ctx), await signing(other)]).toEqual([next, next])
    ctx.clock.advance((600 + 120) * 1000)
    expect(await published(ctx)).toEqual([next, old])
    ctx.clock.advance(5_000)
    expect(await published(ctx)).toEqual([next])
    expect(await states(ctx)).toEqual(['signing', 'retired'])
  })

  test('commands side by side plan one successor', async () => {
    const { ctx, other } = await start()
    await ensureKeys(ctx)
    const rotated = await Promise.all([
      rotateKeys(ctx),
      rotateKeys(other),
      rotateKeys(ctx),
      rotateKeys(other),
    ])
    expect(new Set(rotated.map(({ kid }) => kid)).size).toBe(1)
    expect(await states(ctx)).toEqual(['upcoming', 'signing'])
  })

  test('an emergency drops the key at once here, and within seconds elsewhere', async () => {
    const { ctx, other } = await start()
    await ensureKeys(ctx)
    const leaked = await signing(other)
    const { kid } = await rotateKeys(ctx, { emergency: true })
    expect(await signing(ctx)).toBe(kid)
    expect(await published(ctx)).toEqual([kid])
    ctx.clock.advance(5_001)
    expect(await signing(other)).toBe(kid)
    expect(await published(other)).toEqual([kid])
    const stored = await ctx.db
      .selectFrom('keys')
      .select('private_sealed')
      .where('kid', '=', leaked)
      .execute()
    expect(stored).toEqual([{ private_sealed: null }])
  })

  test('the schedule rotates what has signed for long enough, once, and destroys what signs no more', async () => {
    const { ctx, other } = await start()
    await ensureKeys(ctx)
    const old = await signing(ctx)
    ctx.clock.advance(89 * days)
    await rotateIfDue(ctx)
    expect(await states(ctx)).toEqual(['signing'])
    ctx.clock.advance(days - overlap)
    await Promise.all([rotateIfDue(ctx), rotateIfDue(other)])
    expect(await states(ctx)).toEqual(['upcoming', 'signing'])
    ctx.clock.advance(overlap + 5_001)
    await rotateIfDue(ctx)
    const parts = await ctx.db.selectFrom('keys').select('private_sealed').where('kid', '=', old).execute()
    expect(parts).toEqual([{ private_sealed: null }])
    expect(await published(ctx)).toContain(old)
  })

  test('another algorithm in the configuration is changed to with the same overlap', async () => {
    const { database, ctx } = await start()
    await ensureKeys(ctx)
    const changed = testContext(database.db, {
      settings: { GATEHOUSE_SIGNING_ALGORITHM: 'EdDSA' },
      clock: ctx.clock,
    })
    await ensureKeys(changed)
    await ensureKeys(changed)
    expect((await currentSigner(changed)).alg).toBe('ES256')
    ctx.clock.advance(overlap)
    expect((await currentSigner(changed)).alg).toBe('EdDSA')
    expect(await states(changed)).toEqual(['signing', 'published'])
  })

  test('the secret can be changed: resealed keys open under the new one alone', async () => {
    const { database, ctx } = await start()
    const renewed = Buffer.alloc(32, 7)
    await ensureKeys(ctx)
    const kid = await signing(ctx)
    const both = testContext(database.db, { sealer: createSealer(renewed, Buffer.from(ctx.config.secret)) })
    expect(await resealKeys(both)).toBe(3)
    expect(await signing(testContext(database.db, { sealer: createSealer(renewed) }))).toBe(kid)
    await expect(
      signing(testContext(database.db, { sealer: createSealer(Buffer.alloc(32, 8)) })),
    ).rejects.toThrow('GATEHOUSE_SECRET')
  })
})
