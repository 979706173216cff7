import type { Claims } from '@gatehouse/guard'
import { afterEach, expect, it, vi } from 'vitest'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type TestContext, testContext } from '../../testing/context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { currentSigner, ensureKeys, publishedJwks } from '../keys/index.ts'
import { currentSequence, isRevokedInDatabase, RevocationFeed, revoke } from './index.ts'

const running: RevocationFeed[] = []
afterEach(async () => {
  for (const feed of running.splice(0)) await feed.close()
})

type Instance = TestContext & { revocations: RevocationFeed }

/** An instance with a connection of its own, which has no LISTEN and polls. */
async function instance(database: TestDatabase, more: { monotonic?: () => number } = {}): Promise<Instance> {
  const ctx = testContext(await database.connect(), {
    config: { database: database.config, databaseListen: false },
  })
  await ensureKeys(ctx)
  const revocations = new RevocationFeed(ctx, {
    signer: () => currentSigner(ctx, 'feed'),
    keys: () => publishedJwks(ctx, 'feed'),
    ...more,
  })
  await revocations.start()
  running.push(revocations)
  return { ...ctx, instance: { ...ctx.instance, revocations }, revocations }
}

const token = (claims: Claims): Claims => ({
  sub: 'u',
  sid: 's',
  iat: Math.floor(Date.now() / 1000),
  ...claims,
})
const knows = (instance: Instance, claims: Claims) =>
  vi.waitFor(() => expect(instance.revocations.isRevoked(claims, undefined)).toBe(true), {
    timeout: 5000,
    interval: 10,
  })
const endSession = (ctx: Context, session: string) => revoke(ctx, { type: 'session-revoked', session })

describeEachDatabase('the revocation feed between instances', (open, dialect) => {
  it('knows at once what its own instance revoked, and soon what another did', async () => {
    const database = await open()
    const [one, other] = [await instance(database), await instance(database)]
    await endSession(one, 'a')
    expect(one.revocations.isRevoked(token({ sid: 'a' }), undefined)).toBe(true)
    await knows(other, token({ sid: 'a' }))
    expect(other.revocations.isRevoked(token({ sid: 'b' }), undefined)).toBe(false)
  })

  it('knows nothing of what was rolled back', async () => {
    const one = await instance(await open())
    const failed = inTransaction(one, async (ctx) => {
      await endSession(ctx, 'a')
      throw new Error('never mind')
    })
    await expect(failed).rejects.toThrow('never mind')
    await endSession(one, 'b')
    await knows(one, token({ sid: 'b' }))
    expect(one.revocations.isRevoked(token({ sid: 'a' }), undefined)).toBe(false)
    expect(await isRevokedInDatabase(one, token({ sid: 'a' }), undefined)).toBe(false)
  })

  it.runIf(dialect === 'postgres')('misses no transaction that commits late', async () => {
    const database = await open()
    const [one, other] = [await instance(database), await instance(database)]
    let commit = (): void => {}
    let begun = (): void => {}
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const late = inTransaction(one, async (ctx) => {
      await endSession(ctx, 'late')
      begun()
      await new Promise<void>((resolve) => {
        commit = resolve
      })
    })
    await hasBegun
    // begins later, and is neither held up nor makes the first one be passed over
    await endSession(other, 'quick')
    await knows(other, token({ sid: 'quick' }))
    await knows(one, token({ sid: 'quick' }))
    expect(other.revocations.isRevoked(token({ sid: 'late' }), undefined)).toBe(false)
    commit()
    await late
    await knows(other, token({ sid: 'late' }))
  })

  it('gives each revocation a sequence number, higher than any before', async () => {
    const database = await open()
    const instances = [await instance(database), await instance(database)]
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const ctx = instances[i % 2]
        if (ctx !== undefined) await endSession(ctx, `s${i}`)
      }),
    )
    for (const ctx of instances) for (let i = 0; i < 40; i++) await knows(ctx, token({ sid: `s${i}` }))
    const rows = await database.db
      .selectFrom('revocations')
      .select('seq')
      .where('type', '=', 'session-revoked')
      .execute()
    expect(new Set(rows.map(({ seq }) => seq)).size).toBe(40)
    expect(rows.every(({ seq }) => seq !== null)).toBe(true)
  })

  it('makes tokens bad that were made before a change of claims, and none that were made after, in one millisecond', async () => {
    const one = await instance(await open())
    const before = token({ rev: await currentSequence(one), roles: ['editor'] })
    await revoke(one, { type: 'token-claims-change', role: 'editor' })
    const after = token({ rev: await currentSequence(one), roles: ['editor'] })
    await knows(one, before)
    expect(one.revocations.isRevoked(after, undefined)).toBe(false)
    expect(await isRevokedInDatabase(one, before, undefined)).toBe(true)
    expect(await isRevokedInDatabase(one, after, undefined)).toBe(false)
  })

  it('returns a sequence number for new tokens although nobody follows the feed', async () => {
    const { db } = await open()
    const ctx = testContext(db)
    await revoke(ctx, { type: 'token-claims-change', user: 'u' })
    const sequence = await currentSequence(ctx)
    expect(sequence).toBeGreaterThan(0)
    expect(await isRevokedInDatabase(ctx, token({ rev: sequence }), undefined)).toBe(false)
    expect(await isRevokedInDatabase(ctx, token({ rev: sequence - 1 }), undefined)).toBe(true)
  })

  it('forgets nothing when the database is restored to an older state, and goes on with higher sequence numbers', async () => {
    const database = await open()
    const one = await instance(database)
    const sequence = await currentSequence(one)
    await endSession(one, 'a')
    const lost = await currentSequence(one)
    await database.db.deleteFrom('revocations').where('seq', '>', sequence).execute()
    await database.db.updateTable('revocation_feed').set({ seq: sequence }).execute()
    one.clock.advance(5)
    await endSession(one, 'b')
    await knows(one, token({ sid: 'b' }))
    expect(one.revocations.isRevoked(token({ sid: 'a' }), undefined)).toBe(true)
    expect(await currentSequence(one)).toBeGreaterThan(lost)
  })

  it('is no longer current when it has not read the database for a second', async () => {
    const database = await open()
    let skip = 0
    const one = await instance(database, { monotonic: () => performance.now() + skip })
    expect(one.revocations.isCurrent).toBe(true)
    await running.splice(0)[0]?.close()
    await endSession(testContext(database.db), 'elsewhere')
    expect(one.revocations.isRevoked(token({ sid: 'elsewhere' }), undefined)).toBe(false)
    skip = 1100
    expect(one.revocations.isCurrent).toBe(false)
    expect(await isRevokedInDatabase(one, token({ sid: 'elsewhere' }), undefined)).toBe(true)
    expect(await isRevokedInDatabase(one, token({ sid: 'nobody' }), undefined)).toBe(false)
  })

  it('announces keys that come and go', async () => {
    const database = await open()
    const [one, other] = [await instance(database), await instance(database)]
    const news: [string, boolean][] = []
    other.revocations.onKeyChange((kid, dropped) => news.push([kid, dropped]))
    await revoke(one, { type: 'key-published', key: 'new' })
    await revoke(one, { type: 'key-revoked', key: 'old' })
    await vi.waitFor(() => expect(news).toHaveLength(2), { timeout: 5000 })
    expect(news).toEqual([
      ['new', false],
      ['old', true],
    ])
    for (const kid of ['old', 'new']) expect(one.revocations.isRevoked(token({}), kid)).toBe(kid === 'old')
    expect(other.revocations.isRevoked(token({}), 'old')).toBe(true)
    expect(other.revocations.isRevoked(token({}), 'new')).toBe(false)
  })
})
