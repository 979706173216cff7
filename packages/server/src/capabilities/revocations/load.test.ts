import { expect, it, vi } from 'vitest'
import { createThrottles, noThrottles } from '../../platform/throttles.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { currentSigner, ensureKeys, publishedJwks } from '../keys/index.ts'
import { Follower } from './follow.ts'
import { RevocationFeed, revoke } from './index.ts'
import { KnownRevocations } from './known.ts'
import { countRequest, countSnapshot } from './throttling.ts'

const someone = '192.0.2.1'
const nonce = 'a-nonce-of-a-stranger'
const question = { after: undefined, nonce }
const times = <T>(count: number, work: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => work(index))

/** A feed that does not look by itself, and a count of what it signs, by type. */
async function quietFeed(database: TestDatabase) {
  const ctx = testContext(database.db, { config: { databaseListen: false } })
  await ensureKeys(ctx)
  const signed: Record<string, number> = {}
  const revocations = new RevocationFeed(ctx, {
    signer: async () => {
      const key = await currentSigner(ctx, 'feed')
      return {
        ...key,
        sign(bytes) {
          const [header = ''] = Buffer.from(bytes).toString('latin1').split('.', 1)
          const { typ } = JSON.parse(Buffer.from(header, 'base64url').toString())
          signed[typ] = (signed[typ] ?? 0) + 1
          return key.sign(bytes)
        },
      }
    },
    keys: () => publishedJwks(ctx, 'feed'),
    pollInterval: 3_600_000,
  })
  await revocations.start()
  const end = async (session: string) => {
    await revoke({ ...ctx, instance: { ...ctx.instance, revocations } }, { type: 'session-revoked', session })
    const sequence = async () => (await revocations.answer(someone, question)).sequence
    const before = await sequence()
    await expect.poll(sequence).toBeGreaterThan(before)
  }
  return { revocations, signed, end }
}

/** The server, whose throttles are in force, and questions from an address. */
async function throttledServer(db: TestDatabase['db']) {
  const server = await testServer(
    db,
    { config: { trustProxy: 1 }, throttles: createThrottles(undefined) },
    { feed: true },
  )
  const ask = (address: string, cursor?: string, headers: Record<string, string> = {}) =>
    server.app.request(`/revocations?nonce=${nonce}${cursor === undefined ? '' : `&cursor=${cursor}`}`, {
      headers: { 'X-Forwarded-For': address, ...headers },
    })
  return { ...server, ask }
}

describeEachDatabase('the feed under load', (open) => {
  it('makes and signs a snapshot once, however many ask, and changes after it once too', async () => {
    const { revocations, signed, end } = await quietFeed(await open())
    const [first] = await Promise.all(times(200, () => revocations.answer(someone, question)))
    expect(first?.snapshot).toBeInstanceOf(Uint8Array)
    await end('after')
    await end('later')
    const answers = await Promise.all(times(200, () => revocations.answer(someone, question)))
    for (const { snapshot } of answers) expect(snapshot).toBe(first?.snapshot)
    expect(answers[0]?.changes).toHaveLength(2)
    expect(signed).toMatchObject({ 'revocation-snapshot+jws': 1, 'secevent+jwt': 2 })
    const streams = await Promise.all(times(20, () => revocations.stream(someone, question)))
    expect(signed).toMatchObject({ 'revocation-snapshot+jws': 1, 'secevent+jwt': 2 })
    await Promise.all(streams.map((stream) => stream.cancel()))
    await revocations.close()
  })

  it('answers from memory, whether anything is new or not: the database may be gone', async () => {
    const { db } = await open()
    const { request, close } = await testServer(db, {}, { feed: true })
    const first = await request('GET', `/revocations?nonce=${nonce}`)
    const etag = first.headers.get('ETag') ?? ''
    await close()
    await db.destroy()
    const path = `/revocations?nonce=${nonce}&cursor=${etag.replaceAll('"', '')}`
    expect((await request('GET', path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    expect((await request('GET', path)).body).toMatchObject({ changes: [] })
    expect((await request('GET', `/revocations?nonce=${nonce}`)).body).toMatchObject({
      snapshot: first.body.snapshot,
    })
  })

  it('looks once for all who claim that there is something new', async () => {
    const { db } = await open()
    let looks = 0
    const follower = new Follower(testContext(db), new KnownRevocations(), {
      monotonic: () => performance.now(),
      onLook: () => {
        looks += 1
      },
      onJump: () => undefined,
      pollInterval: 3_600_000,
    })
    await follower.start()
    await Promise.all(times(500, () => follower.kickSoon()))
    expect(looks).toBe(2)
    await follower.kickSoon()
    expect(looks).toBe(3)
    await follower.stop()
  })

  it('holds up an address that asks too often, and nobody else', async () => {
    const { ctx, ask, close } = await throttledServer((await open()).db)
    const etag = (await ask('192.0.2.2')).headers.get('ETag') ?? ''
    const cursor = etag.replaceAll('"', '')
    await Promise.all(times(1600, () => countRequest(ctx, someone)))
    for (const headers of [{ 'If-None-Match': etag }, { Accept: 'text/event-stream' }]) {
      // the count begins anew every two seconds, and a busy machine may take as long
      const refused = await vi.waitFor(async () => {
        await Promise.allSettled(times(1600, () => countRequest(ctx, someone)))
        const answer = await ask(someone, cursor, headers)
        expect(answer.status).toBe(429)
        return answer
      })
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(await refused.json()).toMatchObject({ code: 'too_many_attempts' })
    }
    expect((await ask('192.0.2.2', cursor, { 'If-None-Match': etag })).status).toBe(304)
    await close()
  })

  it('holds up an address that fetches everything again and again, but not its questions about what is new', async () => {
    const { ctx, ask, close } = await throttledServer((await open()).db)
    const newest = (await ask('192.0.2.2')).headers.get('ETag')?.replaceAll('"', '')
    await Promise.all(times(200, () => countSnapshot(ctx, someone)))
    for (const cursor of [undefined, '1', String(Number.MAX_SAFE_INTEGER)]) {
      expect((await ask(someone, cursor)).status).toBe(429)
      expect((await ask(someone, cursor, { Accept: 'text/event-stream' })).status).toBe(429)
    }
    expect((await ask(someone, newest)).status).toBe(200)
    expect((await ask('192.0.2.2')).status).toBe(200)
    await close()
  })
})

it('has an IPv6 network count as one address, and does not count where limits are off', async () => {
  const throttled = { throttles: createThrottles(undefined) } as Parameters<typeof countSnapshot>[0]
  await Promise.all(times(200, (i) => countSnapshot(throttled, `2001:db8::${i.toString(16)}`)))
  await expect(countSnapshot(throttled, '2001:db8::ffff')).rejects.toMatchObject({
    code: 'too_many_attempts',
  })
  await countSnapshot(throttled, '2001:db8:0:1::1')
  const open = { throttles: noThrottles } as Parameters<typeof countSnapshot>[0]
  await Promise.all(times(500, () => countSnapshot(open, someone)))
})
