import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Context } from '../../context.ts'
import { digestOf, newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { addUser } from '../../testing/users.ts'
import { untilSomebodyWaits } from '../../testing/waiting.ts'
import { isGrantGood } from '../grants/index.ts'
import { endSession, openSession, rotateRefreshToken, sweepSessions } from './index.ts'

const signedIn = async (ctx: Context, username = 'ana') => {
  const userId = await addUser(ctx, username)
  const opened = await openSession(ctx, {
    userId,
    audience: ['api'],
    acr: 'pwd',
    amr: ['pwd'],
    method: 'password',
  })
  return { userId, sid: opened.session.id, token: opened.refreshToken }
}

/** Makes it seem as if every used token had been used so many milliseconds earlier, by the database's time. */
const letTimePass = (ctx: Context, by: number) =>
  ctx.db
    .updateTable('refresh_tokens')
    .set({ used_at: sql<number>`used_at - ${by}` })
    .where('used_at', 'is not', null)
    .execute()

const outcome = (rotated: Promise<{ refreshToken: string }>) =>
  rotated.then(
    ({ refreshToken }) => refreshToken,
    (error: unknown) => (error instanceof Error && 'code' in error ? `${error.code}` : 'unexpected'),
  )

const reuseEvents = (ctx: Context) =>
  ctx.db
    .selectFrom('audit_events')
    .select('target')
    .where('action', '=', 'session.refresh_token_reused')
    .execute()

describeEachDatabase('refreshing', (open, dialect) => {
  const start = async () => {
    const database = await open()
    return { database, ctx: testContext(database.db) }
  }

  test('each token is good for one successor', async () => {
    const { ctx } = await start()
    const { sid, token, userId } = await signedIn(ctx)
    const seen = new Set([token])
    let current = token
    for (let i = 0; i < 5; i += 1) {
      current = (await rotateRefreshToken(ctx, current)).refreshToken
      seen.add(current)
    }
    expect(seen.size).toBe(6)
    expect(await isGrantGood(ctx, sid, userId)).toBe(true)
  })

  test('the database holds no token that anybody could use', async () => {
    const { ctx } = await start()
    const { token } = await signedIn(ctx)
    const { refreshToken } = await rotateRefreshToken(ctx, token)
    const stored = JSON.stringify(await ctx.db.selectFrom('refresh_tokens').selectAll().execute())
    expect(stored).toContain(digestOf(refreshToken))
    expect(stored).not.toContain(token)
    expect(stored).not.toContain(refreshToken)
  })

  test('a lost answer: the previous token, sent again at once, gets the very same successor', async () => {
    const { ctx } = await start()
    const { sid, token, userId } = await signedIn(ctx)
    const first = await rotateRefreshToken(ctx, token)
    await letTimePass(ctx, 9_000)
    const again = await rotateRefreshToken(ctx, token)
    expect(again.refreshToken).toBe(first.refreshToken)
    expect(await isGrantGood(ctx, sid, userId)).toBe(true)
    await rotateRefreshToken(ctx, again.refreshToken)
  })

  test('the previous token, more than ten seconds later, ends the session and is written down', async () => {
    const { ctx } = await start()
    const { sid, token, userId } = await signedIn(ctx)
    const { refreshToken } = await rotateRefreshToken(ctx, token)
    await letTimePass(ctx, 10_001)
    expect(await outcome(rotateRefreshToken(ctx, token))).toBe('invalid_grant')
    expect(await isGrantGood(ctx, sid, userId)).toBe(false)
    expect(await outcome(rotateRefreshToken(ctx, refreshToken))).toBe('invalid_grant')
    expect(await reuseEvents(ctx)).toEqual([{ target: userId }])
  })

  test('a token older than the previous one ends the session, however soon it comes', async () => {
    const { ctx } = await start()
    const { sid, token, userId } = await signedIn(ctx)
    const second = await rotateRefreshToken(ctx, token)
    await rotateRefreshToken(ctx, second.refreshToken)
    expect(await outcome(rotateRefreshToken(ctx, token))).toBe('invalid_grant')
    expect(await isGrantGood(ctx, sid, userId)).toBe(false)
    expect(await reuseEvents(ctx)).toHaveLength(1)
  })

  test('the sealed successor is erased once it is used, and once the time is over', async () => {
    const { ctx } = await start()
    const sealed = () =>
      ctx.db.selectFrom('refresh_tokens').select('digest').where('successor_sealed', 'is not', null).execute()
    const { token } = await signedIn(ctx)
    const second = await rotateRefreshToken(ctx, token)
    expect(await sealed()).toEqual([{ digest: digestOf(token) }])
    await rotateRefreshToken(ctx, second.refreshToken)
    expect(await sealed()).toEqual([{ digest: digestOf(second.refreshToken) }])
    await sweepSessions(ctx)
    expect(await sealed()).toHaveLength(1)
    await letTimePass(ctx, 10_001)
    await sweepSessions(ctx)
    expect(await sealed()).toEqual([])
  })

  test('a made-up token, a session id and a digest end nothing', async () => {
    const { ctx } = await start()
    const { sid, token, userId } = await signedIn(ctx)
    for (const other of [newOpaqueToken(), sid, digestOf(token), '', `${token} `, `${token}=`]) {
      expect(await outcome(rotateRefreshToken(ctx, other))).toBe('invalid_grant')
    }
    expect(await isGrantGood(ctx, sid, userId)).toBe(true)
    await rotateRefreshToken(ctx, token)
  })

  test('an ended, idle or too old session gives no more tokens', async () => {
    const { ctx } = await start()
    const ended = await signedIn(ctx, 'ana')
    await endSession(ctx, ended.sid, 'signed_out')
    expect(await outcome(rotateRefreshToken(ctx, ended.token))).toBe('invalid_grant')

    const idle = await signedIn(ctx, 'ben')
    ctx.clock.advance(14 * 86_400_000)
    expect(await outcome(rotateRefreshToken(ctx, idle.token))).toBe('invalid_grant')

    const old = await signedIn(ctx, 'cem')
    let current = old.token
    for (let week = 0; week < 12; week += 1) {
      ctx.clock.advance(7 * 86_400_000)
      current = (await rotateRefreshToken(ctx, current)).refreshToken
    }
    ctx.clock.advance(6 * 86_400_000)
    expect(await outcome(rotateRefreshToken(ctx, current))).toBe('invalid_grant')
  })

  test('what the caller demands of the session comes before the token is used up', async () => {
    const { ctx } = await start()
    const { token } = await signedIn(ctx)
    const refuse = () => {
      throw new RangeError('not for this one')
    }
    await expect(rotateRefreshToken(ctx, token, { check: refuse })).rejects.toThrow(RangeError)
    const { refreshToken } = await rotateRefreshToken(ctx, token)
    await letTimePass(ctx, 10_001)
    await rotateRefreshToken(ctx, refreshToken)
  })

  test('a token counts only where its session lets it travel, and a copied one ends it wherever it comes', async () => {
    const { ctx } = await start()
    const { sid, token, userId } = await signedIn(ctx)
    expect(await outcome(rotateRefreshToken(ctx, token, { transport: 'cookie' }))).toBe('invalid_grant')
    await rotateRefreshToken(ctx, token)
    expect(await isGrantGood(ctx, sid, userId)).toBe(true)
    await letTimePass(ctx, 10_001)
    expect(await outcome(rotateRefreshToken(ctx, token, { transport: 'cookie' }))).toBe('invalid_grant')
    expect(await isGrantGood(ctx, sid, userId)).toBe(false)
  })

  test('fifty at once, over two instances, leave one chain', async () => {
    const { database, ctx } = await start()
    const other = testContext(await database.connect(), { clock: ctx.clock })
    const { sid, token, userId } = await signedIn(ctx)
    await fillPools(ctx, other)
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, i) => outcome(rotateRefreshToken(i % 2 === 0 ? ctx : other, token))),
    )
    expect(new Set(tokens).size).toBe(1)
    expect(await isGrantGood(ctx, sid, userId)).toBe(true)
    const unused = await ctx.db
      .selectFrom('refresh_tokens')
      .select('digest')
      .where('used_at', 'is', null)
      .execute()
    expect(unused).toEqual([{ digest: digestOf(tokens[0] ?? '') }])
  })

  if (dialect === 'postgres') {
    test('a refresh waits for the sign-out that came first, and is refused', async () => {
      const { database, ctx } = await start()
      await raceSignOut(database, ctx)
    })
  }
})

/** Opens every connection beforehand: else the first refresh would be done before a second one has any. */
async function fillPools(...contexts: Context[]): Promise<void> {
  const queries = contexts.flatMap(({ db }) => Array.from({ length: 10 }, () => sql`select 1`.execute(db)))
  await Promise.all(queries)
}

/** Holds the ending of a session open on one connection while another refreshes. */
async function raceSignOut(database: TestDatabase, ctx: Context): Promise<void> {
  const { sid, token } = await signedIn(ctx)
  const other = testContext(await database.connect())
  const refreshed = await database.db.transaction().execute(async (db) => {
    await endSession({ ...ctx, db }, sid, 'signed_out')
    const waiting = outcome(rotateRefreshToken(other, token))
    await untilSomebodyWaits(db)
    return { waiting }
  })
  expect(await refreshed.waiting).toBe('invalid_grant')
}
