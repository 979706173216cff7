import { expect, test } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { addUser } from '../../testing/users.ts'
import { isGrantGood } from '../grants/index.ts'
import { endSession, endSessionsOf, listSessions, openSession, sweepSessions } from './index.ts'

const asked = { audience: ['api', 'shop'], acr: 'pwd', amr: ['pwd'], method: 'password' }

describeEachDatabase('sessions', (open) => {
  const start = async () => {
    const ctx = testContext((await open()).db)
    return { ctx, userId: await addUser(ctx) }
  }
  const lastSeen = async (ctx: Awaited<ReturnType<typeof start>>['ctx'], id: string) =>
    (await ctx.db.selectFrom('sessions').select('last_seen_at').where('id', '=', id).executeTakeFirst())
      ?.last_seen_at

  test('a session is live for its own user only, and until it is ended', async () => {
    const { ctx, userId } = await start()
    const stranger = await addUser(ctx, 'ben')
    const { session } = await openSession(ctx, { userId, ...asked })
    expect(await isGrantGood(ctx, session.id, userId)).toBe(true)
    expect(await isGrantGood(ctx, session.id, stranger)).toBe(false)
    expect(await isGrantGood(ctx, 'made-up', userId)).toBe(false)
    expect(await endSession(ctx, session.id, 'signed_out')).toBe(true)
    expect(await endSession(ctx, session.id, 'signed_out')).toBe(false)
    expect(await isGrantGood(ctx, session.id, userId)).toBe(false)
  })

  test('being used keeps a session alive, to its absolute end', async () => {
    const { ctx, userId } = await start()
    const { session } = await openSession(ctx, { userId, ...asked })
    for (let day = 10; day <= 80; day += 10) {
      ctx.clock.advance(10 * 86_400_000)
      expect(await isGrantGood(ctx, session.id, userId)).toBe(true)
    }
    ctx.clock.advance(10 * 86_400_000)
    expect(await isGrantGood(ctx, session.id, userId)).toBe(false)
  })

  test('a session that is not used ends', async () => {
    const { ctx, userId } = await start()
    const { session } = await openSession(ctx, { userId, ...asked })
    ctx.clock.advance(14 * 86_400_000)
    expect(await isGrantGood(ctx, session.id, userId)).toBe(false)
  })

  test('the last use is written at most once a minute', async () => {
    const { ctx, userId } = await start()
    const { session } = await openSession(ctx, { userId, ...asked })
    const opened = ctx.clock.now()
    ctx.clock.advance(60_000)
    await isGrantGood(ctx, session.id, userId)
    expect(await lastSeen(ctx, session.id)).toBe(opened)
    ctx.clock.advance(1)
    await isGrantGood(ctx, session.id, userId)
    expect(await lastSeen(ctx, session.id)).toBe(opened + 60_001)
  })

  test('all of a user end, but the one excepted and nobody else’s', async () => {
    const { ctx, userId } = await start()
    const stranger = await addUser(ctx, 'ben')
    const kept = (await openSession(ctx, { userId, ...asked })).session.id
    const gone = (await openSession(ctx, { userId, ...asked })).session.id
    const theirs = (await openSession(ctx, { userId: stranger, ...asked })).session.id
    expect(await endSessionsOf(ctx, userId, 'password_changed', { except: kept })).toEqual([gone])
    expect(await isGrantGood(ctx, kept, userId)).toBe(true)
    expect(await isGrantGood(ctx, gone, userId)).toBe(false)
    expect(await isGrantGood(ctx, theirs, stranger)).toBe(true)
    expect(await endSessionsOf(ctx, userId, 'user_disabled')).toEqual([kept])
  })

  test('the list has the live ones, newest first, with device and address, page by page', async () => {
    const { ctx, userId } = await start()
    await openSession(ctx, { userId: await addUser(ctx, 'ben'), ...asked })
    const ids: string[] = []
    for (let i = 0; i < 5; i += 1) {
      ctx.clock.advance(1)
      ids.unshift(
        (await openSession(ctx, { userId, ...asked, userAgent: 'curl/8.1', address: '192.0.2.7' })).session
          .id,
      )
    }
    const [newest = '', ended = '', ...rest] = ids
    await endSession(ctx, ended, 'signed_out')

    const first = await listSessions(ctx, userId, { limit: 2 })
    const second = await listSessions(ctx, userId, { limit: 2, cursor: first.next })
    const listed = [...first.items, ...second.items].map(({ id }) => id)
    expect(listed).toEqual([newest, ...rest])
    expect(second.next).toBeUndefined()
    expect(first.items[0]).toMatchObject({
      address: '192.0.2.7',
      device: { browser: 'curl 8' },
      audience: ['api', 'shop'],
    })
    await expect(listSessions(ctx, 'somebody-else', { limit: 2, cursor: first.next })).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  test('sessions long over are deleted with their refresh tokens, others are not', async () => {
    const { ctx, userId } = await start()
    const { session: over } = await openSession(ctx, { userId, ...asked })
    await endSession(ctx, over.id, 'signed_out')
    ctx.clock.advance(31 * 86_400_000)
    const { session: live } = await openSession(ctx, { userId, ...asked })
    await sweepSessions(ctx)
    expect(await ctx.db.selectFrom('sessions').select('id').execute()).toEqual([{ id: live.id }])
    expect(await ctx.db.selectFrom('refresh_tokens').select('session_id').execute()).toEqual([
      { session_id: live.id },
    ])
  })
})
