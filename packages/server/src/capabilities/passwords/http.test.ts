import { beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../platform/db/executor.ts'
import { createThrottles } from '../../platform/throttles.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount, findForSignIn, updateUser } from '../accounts/index.ts'
import { listEvents, writeFailures } from '../audit/index.ts'
import { type Client, signIn } from '../sign-in/index.ts'
import { type HashChange, saveHash } from './store.ts'

const system = { kind: 'system' } as const
const strong = 'grapefruit-lantern-77-orbit'

describeEachDatabase('a password', (open) => {
  let database: TestDatabase
  let server: TestServer
  beforeAll(async () => {
    database = await open()
    server = await testServer(database.db, { throttles: createThrottles(database.pool) })
  })
  const change = (token: string, body: object) => server.request('PATCH', '/users/me', { token, body })
  const signInStatus = async (username: string, password: string) =>
    (await server.request('POST', '/auth/sign-in', { body: { username, password } })).status

  test('has 15 to 256 characters, counted as code points', async () => {
    const sizes = [14, 15, 256, 257].map((length) => '🦊🐢🦉🐙🦋🐌🦎🐝🐳🦩'.repeat(40).slice(0, 2 * length))
    const outcomes = []
    for (const [i, password] of sizes.entries()) {
      const answer = await server.request('POST', '/auth/sign-up', {
        body: { username: `sized-${i}`, password },
      })
      outcomes.push(answer.body.errors?.[0].code ?? answer.status)
    }
    expect(outcomes).toEqual(['too_short', 201, 201, 'too_long'])
  })

  test('replaces only the one that was looked at', async () => {
    const { id } = await createAccount(server.ctx, system, { username: 'rehashed', password: testPassword })
    const { db } = server.ctx
    const current = async () => (await findForSignIn(server.ctx, 'rehashed'))?.passwordHash
    const before = await current()
    const save = (hash: string, replacing: HashChange['replacing']) =>
      saveHash(db, id, { hash, replacing, now: 1 })
    expect(await save('newer', before)).toBe(true)
    expect(await save('too late', before)).toBe(false)
    expect(await save('not the first', null)).toBe(false)
    expect(await current()).toBe('newer')
    expect(await save('any', undefined)).toBe(true)
    await db.deleteFrom('credentials').where('user_id', '=', id).execute()
    expect(await save('too late', 'any')).toBe(false)
    expect(await save('the first', null)).toBe(true)
    expect(await current()).toBe('the first')
  })

  describe('that an account does not have', () => {
    const withoutPassword = async (username: string) => {
      const person = await server.member(username)
      await server.ctx.db.deleteFrom('credentials').where('user_id', '=', person.id).execute()
      return person
    }

    test('signs nobody in, whatever is sent', async () => {
      const { id } = await createAccount(server.ctx, system, { username: 'never-had-one' })
      for (const password of ['', 'undefined', 'null', testPassword]) {
        expect(await signInStatus('never-had-one', password)).toBe(401)
      }
      await updateUser(server.ctx, system, id, { disabled: true })
      // what a disabled account answers to the right password alone
      expect(await signInStatus('never-had-one', testPassword)).toBe(401)
    })

    test('costs the same statements and one hash, and leaves the same trace, as a wrong one', async () => {
      const { ctx } = server
      await createAccount(ctx, system, { username: 'has-one', password: testPassword })
      await createAccount(ctx, system, { username: 'has-none' })
      let work: string[] = []
      const counting: Executor = ctx.db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          work.push('statement')
          return result
        },
      })
      const { pool } = database
      const countingPool = pool && {
        query: (statement: { text: string; values: unknown[] }) => {
          work.push('statement')
          return pool.query(statement)
        },
      }
      const hasher: typeof ctx.hasher = {
        ...ctx.hasher,
        verify: (...args) => {
          work.push('hash')
          return ctx.hasher.verify(...args)
        },
        verifyNothing: (...args) => {
          work.push('hash')
          return ctx.hasher.verifyNothing(...args)
        },
      }
      const counted = { ...ctx, db: counting, hasher, throttles: createThrottles(countingPool) }
      const client: Client = { address: '203.0.113.77', hints: {} }
      const attempt = async (username: string) => {
        work = []
        const refusal = await signIn(counted, { username, password: 'wrong' }, client).catch(
          (error: unknown) => error,
        )
        await writeFailures(counted)
        return { refusal: JSON.stringify(refusal), work }
      }
      const [wrong, none] = [await attempt('has-one'), await attempt('has-none')]
      expect(none).toEqual(wrong)
      expect(none.work.filter((each) => each === 'hash')).toHaveLength(1)
      const { items } = await listEvents(ctx, { limit: 100 }, { action: 'sign_in.failed' })
      const shapes = items
        .filter(({ address }) => address === client.address)
        .map(({ id, at, lastAt, target, ...shape }) => shape)
      expect(shapes).toHaveLength(2)
      expect(shapes[0]).toEqual(shapes[1])
    })

    test('signs nobody in if it was removed while it was verified', async () => {
      const { ctx } = server
      const { id } = await createAccount(ctx, system, { username: 'removed', password: testPassword })
      const verify: typeof ctx.hasher.verify = async (...args) => {
        const right = await ctx.hasher.verify(...args)
        await ctx.db.deleteFrom('credentials').where('user_id', '=', id).execute()
        return right
      }
      const attempt = signIn(
        { ...ctx, hasher: { ...ctx.hasher, verify } },
        { username: 'removed', password: testPassword },
        { address: '203.0.113.78', hints: {} },
      )
      await expect(attempt).rejects.toMatchObject({ code: 'wrong_credentials' })
    })

    test('is set by its user without a current one, which is required from then on', async () => {
      const ana = await withoutPassword('sets-first')
      const elsewhere = await withoutPassword('sets-first-elsewhere')
      expect((await change(ana.token, { password: 'password1password1' })).body.errors[0].code).toBe(
        'weak_password',
      )
      expect((await change(ana.token, { password: strong })).status).toBe(200)
      expect(await signInStatus('sets-first', strong)).toBe(200)
      const again = await change(ana.token, { password: testPassword })
      expect([again.status, again.body.errors[0].code]).toEqual([422, 'required'])
      expect(await signInStatus('sets-first-elsewhere', strong)).toBe(401)
      expect((await server.request('GET', '/users/me', { token: elsewhere.token })).status).toBe(200)
    })

    test('needs a recent sign-in to be set', async () => {
      const ana = await withoutPassword('sets-late')
      server.ctx.clock.advance(600_001)
      const { body } = await server.request('POST', '/auth/refresh', {
        body: { refresh_token: ana.refreshToken },
      })
      expect((await change(body.token, { password: strong })).body.code).toBe('recent_sign_in_required')
    })

    test('is not matched by any current one, and guesses are counted all the same', async () => {
      const ana = await withoutPassword('guesses')
      const answers = []
      for (let i = 0; i < 11; i += 1) {
        answers.push(await change(ana.token, { password: strong, current_password: testPassword }))
      }
      const codes = answers.map(({ body }) => body.errors?.[0].code ?? body.code)
      expect(codes).toEqual([...Array<string>(10).fill('wrong_password'), 'too_many_attempts'])
    })

    test('is set by one of two requests at once', async () => {
      const ana = await withoutPassword('sets-twice')
      const answers = await Promise.all([
        change(ana.token, { password: strong }),
        change(ana.token, { password: `${strong}-other` }),
      ])
      const statuses = answers.map(({ status }) => status).sort()
      // the later one either waits for the first, or comes after it and lacks the current password
      expect(statuses[0]).toBe(200)
      expect([409, 422]).toContain(statuses[1])
    })

    test('is set for somebody by an administrator, which ends their sessions', async () => {
      const [ana, root] = [await withoutPassword('gets-one'), await server.admin()]
      const answer = await server.request('PATCH', `/users/${ana.id}`, {
        token: root.token,
        body: { password: strong },
      })
      expect(answer.status).toBe(200)
      expect((await server.request('GET', '/users/me', { token: ana.token })).status).toBe(401)
      expect(await signInStatus('gets-one', strong)).toBe(200)
    })
  })
})
