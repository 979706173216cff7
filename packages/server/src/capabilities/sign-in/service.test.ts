import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { createHasher } from '../../platform/crypto/argon2-hasher.ts'
import { type TestContext, testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { untilSomebodyWaits } from '../../testing/waiting.ts'
import { findForSignIn, updateUser } from '../accounts/index.ts'
import { isGrantGood } from '../grants/index.ts'
import { ensureKeys } from '../keys/index.ts'
import { ensureRoles } from '../roles/index.ts'
import { endSessionsOf, listSessions } from '../sessions/index.ts'
import { refresh } from '../sessions-api/index.ts'
import { type Client, signIn, signUp } from './index.ts'

const system = { kind: 'system' } as const
const password = 'staple-horse-battery-9'
const ana = { username: 'ana', password }
const client: Client = { address: '192.0.2.7', hints: { userAgent: 'curl/8.1' } }

const code = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

const sidOf = (token: string) => {
  const { sid } = decodeJwt(token)
  return String(sid)
}

describeEachDatabase('signing up and in', (open, dialect) => {
  const prepared = async (ctx: TestContext) => {
    await ensureRoles(ctx)
    await ensureKeys(ctx)
    return ctx
  }
  const start = async () => prepared(testContext((await open()).db))
  const refreshWith = (ctx: TestContext, token: string, audience?: string) =>
    refresh(ctx, { token, transport: 'body' }, { audience })

  test('signing up makes a user and signs them in', async () => {
    const ctx = await start()
    const { user, answer } = await signUp(ctx, ana, client)
    expect(user).toMatchObject({ username: 'ana', roles: ['member'], disabled: false })
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
    expect(decodeJwt(answer.token)).toMatchObject({ sub: user.id, username: 'ana' })
    const { items } = await listSessions(ctx, user.id, { limit: 10 })
    expect(items).toMatchObject([{ method: 'password', address: '192.0.2.7', device: { browser: 'curl 8' } }])
  })

  test('a sign-in costs as many statements however many sessions and devices there are', async () => {
    const ctx = await start()
    await signUp(ctx, ana, client)
    let statements = 0
    const db = ctx.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        statements += 1
        // none reads what grows with use
        expect(result.rows.length).toBeLessThanOrEqual(1)
        return result
      },
    })
    for (let signIns = 0; signIns < 25; signIns += 1) {
      statements = 0
      await signIn({ ...ctx, db }, ana, client)
      // `begin` and `commit` come to these
      expect(statements).toBe(dialect === 'postgres' ? 7 : 10)
    }
  })

  test('signing up leaves an account with a session or nothing, whichever statement fails', async () => {
    const ctx = await start()
    const countOf = async (table: 'users' | 'sessions' | 'known_devices') =>
      (await ctx.db.selectFrom(table).select(ctx.db.fn.countAll().as('count')).executeTakeFirstOrThrow())
        .count
    let failures = 0
    for (let done = false; !done; failures += 1) {
      let left = failures
      const failing = ctx.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          if (left === 0) throw new Error('the connection broke')
          left -= 1
          return result
        },
      })
      done =
        (await code(signUp({ ...ctx, db: failing }, { ...ana, username: `ana-${failures}` }, client))) ===
        'ok'
      expect(await countOf('sessions')).toEqual(await countOf('users'))
      expect(await countOf('known_devices')).toEqual(await countOf('users'))
    }
    expect(failures).toBeGreaterThan(5)
  })

  test('a taken username is refused, and nobody is signed in', async () => {
    const ctx = await start()
    await signUp(ctx, ana, client)
    expect(await code(signUp(ctx, { ...ana, username: 'ANA' }, client))).toBe('username_taken')
    expect(await ctx.db.selectFrom('sessions').select('id').execute()).toHaveLength(1)
  })

  test('the password signs in, by any spelling of the name, each time in a new session', async () => {
    const ctx = await start()
    const first = await signUp(ctx, ana, client)
    const second = await signIn(ctx, { ...ana, username: 'Ana' }, client)
    expect(second.user.id).toBe(first.user.id)
    expect(sidOf(second.answer.token)).not.toBe(sidOf(first.answer.token))
  })

  test('an unknown user, a wrong password and a disabled user’s wrong password get the same answer', async () => {
    const ctx = await start()
    const { user } = await signUp(ctx, ana, client)
    const answers: unknown[] = []
    const attempt = async (username: string, password: string) =>
      answers.push(
        await signIn(ctx, { username, password }, client).catch((error: unknown) => JSON.stringify(error)),
      )
    await attempt('nobody', password)
    await attempt('ana', 'wrong')
    await attempt('nobody@example.com', password)
    await attempt('', '')
    await updateUser(ctx, system, user.id, { disabled: true })
    await attempt('ana', 'wrong')
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('wrong_credentials')
  })

  test('an unknown user costs a hash as a known one does', async () => {
    const ctx = await start()
    await signUp(ctx, ana, client)
    const asked: string[] = []
    const { hasher } = ctx
    const listening = {
      ...ctx,
      hasher: {
        ...hasher,
        verify: (hash: string, password: string, lane?: string) => {
          asked.push('verify')
          return hasher.verify(hash, password, lane)
        },
        verifyNothing: (password: string, lane?: string) => {
          asked.push('verifyNothing')
          return hasher.verifyNothing(password, lane)
        },
      },
    }
    await code(signIn(listening, { ...ana, password: 'wrong' }, client))
    await code(signIn(listening, { username: 'nobody', password }, client))
    expect(asked).toEqual(['verify', 'verifyNothing'])
  })

  test('that the account is disabled is told to who knows the password, and no session opens', async () => {
    const ctx = await start()
    const { user } = await signUp(ctx, ana, client)
    await updateUser(ctx, system, user.id, { disabled: true })
    expect(await code(signIn(ctx, ana, client))).toBe('account_disabled')
    expect((await listSessions(ctx, user.id, { limit: 10 })).items).toEqual([])
  })

  test('somebody disabled while their password is being checked does not get in', async () => {
    const ctx = await start()
    const { user } = await signUp(ctx, ana, client)
    const { hasher } = ctx
    const verify: typeof hasher.verify = async (hash, password, lane) => {
      const right = await hasher.verify(hash, password, lane)
      await updateUser(ctx, system, user.id, { disabled: true })
      return right
    }
    expect(await code(signIn({ ...ctx, hasher: { ...hasher, verify } }, ana, client))).toBe(
      'wrong_credentials',
    )
    expect((await listSessions(ctx, user.id, { limit: 10 })).items).toEqual([])
  })

  if (dialect === 'postgres') {
    test('a sign-in waits for the disabling that came first, and opens no session', async () => {
      const database = await open()
      const ctx = await prepared(testContext(database.db))
      const other = testContext(await database.connect())
      const { user } = await signUp(ctx, ana, client)
      const race = await database.db.transaction().execute(async (db) => {
        await db
          .updateTable('users')
          .set({ disabled_at: ctx.clock.now() })
          .where('id', '=', user.id)
          .execute()
        await endSessionsOf({ ...ctx, db }, user.id, 'user_disabled')
        const signedIn = code(signIn(other, ana, client))
        await untilSomebodyWaits(db)
        return { signedIn }
      })
      expect(await race.signedIn).toBe('wrong_credentials')
      expect((await listSessions(ctx, user.id, { limit: 10 })).items).toEqual([])
    })

    test('a sign-in waits for the change of password that came first, and opens no session', async () => {
      const database = await open()
      const ctx = await prepared(testContext(database.db))
      const other = testContext(await database.connect())
      const { user } = await signUp(ctx, ana, client)
      const race = await database.db.transaction().execute(async (db) => {
        await updateUser({ ...ctx, db }, system, user.id, { password: 'grapefruit-lantern-77-orbit' })
        const signedIn = code(signIn(other, ana, client))
        await untilSomebodyWaits(db)
        return { signedIn }
      })
      expect(await race.signedIn).toBe('wrong_credentials')
      expect((await listSessions(ctx, user.id, { limit: 10 })).items).toEqual([])
    })
  }

  test('other parameters since: the password is hashed again, and still signs in', async () => {
    const ctx = await start()
    await signUp(ctx, ana, client)
    const hasher = createHasher(
      { workers: 1, queue: 10, queuePerLane: 10, lowerPriority: false },
      { memoryKiB: 16, passes: 1, parallelism: 1 },
    )
    const upgraded = { ...ctx, hasher }
    await signIn(upgraded, ana, client)
    expect((await findForSignIn(ctx, 'ana'))?.passwordHash).toContain('m=16,t=1')
    await signIn(upgraded, ana, client)
    await hasher.close()
  })

  test('an unknown audience is refused before anything happens', async () => {
    const ctx = await start()
    expect(await code(signUp(ctx, { ...ana, audience: 'bank' }, client))).toBe('invalid_target')
    expect(await findForSignIn(ctx, 'ana')).toBeUndefined()
  })

  test('a refresh narrows the token to one audience; refused for another, the refresh token stays good', async () => {
    const ctx = await start()
    const { answer } = await signUp(ctx, ana, client)
    const narrowed = await refreshWith(ctx, answer.refresh_token, ctx.config.issuer)
    expect(decodeJwt(narrowed.token).aud).toBe(ctx.config.issuer)
    expect(await code(refreshWith(ctx, narrowed.refresh_token, 'bank'))).toBe('invalid_target')
    const again = await refreshWith(ctx, narrowed.refresh_token)
    expect(decodeJwt(again.token).aud).toEqual(['api', ctx.config.issuer])
  })

  test('a disabled user’s refresh token is worth nothing', async () => {
    const ctx = await start()
    const { user, answer } = await signUp(ctx, ana, client)
    await updateUser(ctx, system, user.id, { disabled: true })
    expect(await code(refreshWith(ctx, answer.refresh_token))).toBe('invalid_grant')
    expect(await isGrantGood(ctx, sidOf(answer.token), user.id)).toBe(false)
  })

  test('a token that was meant for a cookie is worth nothing in a body', async () => {
    const ctx = await start()
    const { answer } = await signUp(ctx, { ...ana, transport: 'cookie' }, client)
    expect(await code(refreshWith(ctx, answer.refresh_token))).toBe('invalid_grant')
    await refresh(ctx, { token: answer.refresh_token, transport: 'cookie' }, {})
  })
})
