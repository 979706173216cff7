import { createHmac } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { currentSigner, ensureKeys, publishedJwks } from '../keys/index.ts'
import { RevocationFeed } from '../revocations/index.ts'
import { endSessionsOf } from '../sessions/index.ts'

const running: RevocationFeed[] = []
afterEach(async () => {
  for (const feed of running.splice(0)) await feed.close()
})

/** A server whose feed looks at the database when told to, and by a clock that the test moves on. */
async function start(database: TestDatabase) {
  let passed = 0
  const ctx = testContext(database.db, { config: { database: database.config, databaseListen: false } })
  await ensureKeys(ctx)
  const feed = new RevocationFeed(ctx, {
    signer: () => currentSigner(ctx, 'feed'),
    keys: () => publishedJwks(ctx, 'feed'),
    monotonic: () => passed,
    pollInterval: 2 ** 31 - 1,
  })
  await feed.start()
  running.push(feed)
  const server = await testServer(database.db, { config: ctx.config, clock: ctx.clock, revocations: feed })
  // a route that asks nobody but the guard about the session
  const statusOf = async (token: string) => (await server.request('POST', '/verify-token', { token })).status
  return {
    ...server,
    feed,
    statusOf,
    /** Milliseconds go by. */
    pass: (ms: number) => {
      passed += ms
    },
    /** The feed looks at the database now, because a listener claims to know more than it does. */
    look: async () =>
      void (await feed.answer('192.0.2.1', { after: Number.MAX_SAFE_INTEGER, nonce: undefined })),
  }
}

/** What another instance does: nothing of it reaches the memory of the one under test. */
const endElsewhere = async (database: TestDatabase, userId: string) =>
  endSessionsOf(testContext(await database.connect()), userId, 'signed_out')

describeEachDatabase('the server’s own guard', (open) => {
  test('asks the database once the feed has been silent for a second', async () => {
    const database = await open()
    const { member, statusOf, look, pass } = await start(database)
    const [ana, ben] = [await member('ana'), await member('ben')]
    await look()
    await endElsewhere(database, ana.id)
    pass(1000)
    // the bound that the feed promises: until then memory answers
    expect([await statusOf(ana.token), await statusOf(ben.token)]).toEqual([200, 200])
    pass(1)
    expect([await statusOf(ana.token), await statusOf(ben.token)]).toEqual([401, 200])
  })

  test('believes a late feed again once it has caught up', async () => {
    const database = await open()
    const { member, statusOf, feed, look, pass } = await start(database)
    const [ana, ben] = [await member('ana'), await member('ben')]
    await look()
    await endElsewhere(database, ana.id)
    pass(60_000)
    expect(feed.isCurrent).toBe(false)
    expect([await statusOf(ana.token), await statusOf(ben.token)]).toEqual([401, 200])
    await look()
    expect(feed.isCurrent).toBe(true)
    expect([await statusOf(ana.token), await statusOf(ben.token)]).toEqual([401, 200])
    pass(60_000)
    // what is known to be revoked stays so, however old the knowledge
    expect([await statusOf(ana.token), await statusOf(ben.token)]).toEqual([401, 200])
  })

  test('believes no feed whose looks at the database fail', async () => {
    const database = await open()
    const { member, feed, look, pass, ctx } = await start(database)
    await member('ana')
    await look()
    expect(feed.isCurrent).toBe(true)
    pass(1001)
    await ctx.db.schema.alterTable('revocation_feed').renameTo('revocation_feed_away').execute()
    await look()
    expect(feed.isCurrent).toBe(false)
    await ctx.db.schema.alterTable('revocation_feed_away').renameTo('revocation_feed').execute()
    await look()
    expect(feed.isCurrent).toBe(true)
  })

  test('lets a feed that lies change nothing and use no permission', async () => {
    const database = await open()
    const { member, admin, request, giveRoles, statusOf, feed } = await start(database)
    const [ana, root] = [await member('ana'), await admin()]
    await admin('another')
    vi.spyOn(feed, 'isCurrent', 'get').mockReturnValue(true)
    vi.spyOn(feed, 'isRevoked').mockReturnValue(false)
    await endElsewhere(database, ana.id)
    expect(await statusOf(ana.token)).toBe(200)
    const changes = [
      request('PATCH', '/users/me', { token: ana.token, body: { username: 'eve' } }),
      request('DELETE', '/users/me', { token: ana.token }),
    ]
    for (const { status, body } of await Promise.all(changes))
      expect([status, body.code]).toEqual([401, 'session_ended'])
    expect((await request('GET', '/audit', { token: root.token })).status).toBe(200)
    await giveRoles(root.id, ['member'])
    expect((await request('GET', '/audit', { token: root.token })).status).toBe(403)
  })

  test('believes a feed that says "revoked", whatever the database says', async () => {
    const { member, statusOf, feed } = await start(await open())
    const ana = await member('ana')
    vi.spyOn(feed, 'isRevoked').mockReturnValue(true)
    expect(await statusOf(ana.token)).toBe(401)
  })

  test('asks the database always where others can mint tokens, whatever the feed says', async () => {
    const { db } = await open()
    const jwtSecret = Buffer.alloc(32, 7)
    const config = { tokenProfile: 'shared-secret', jwtSecret } as const
    const server = await testServer(db, { config }, { feed: true })
    try {
      const ana = await server.member('ana')
      expect((await server.request('POST', '/verify-token', { token: ana.token })).status).toBe(200)
      const [head, payload = ''] = ana.token.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const input = `${head}.${Buffer.from(JSON.stringify({ ...claims, sid: 'made-up' })).toString('base64url')}`
      const forged = `${input}.${createHmac('sha256', jwtSecret).update(input).digest('base64url')}`
      expect((await server.request('POST', '/verify-token', { token: forged })).status).toBe(401)
    } finally {
      await server.close()
    }
  })
})
