import { describe, expect, test } from 'vitest'
import { describeEachDatabase } from '../../../testing/databases.ts'
import { testPassword, testServer } from '../../../testing/server.ts'
import { finishDeletions, keepOwnAccount } from '../index.ts'
import { cancelDeletion } from './service.ts'

const system = { kind: 'system' } as const
const day = 86_400_000

describeEachDatabase('a deletion with a grace period', (open) => {
  const start = async (grace = '7d') => {
    const { db, connect } = await open()
    const server = await testServer(db, { settings: { GATEHOUSE_DELETION_GRACE: grace } })
    const root = await server.admin()
    const ana = await server.member('ana')
    const { request } = server
    const signIn = () =>
      request('POST', '/auth/sign-in', { body: { username: 'ana', password: testPassword } })
    const leave = () => request('DELETE', '/users/me', { token: ana.token })
    const keep = (challenge: string) => request('POST', '/auth/cancel-deletion', { body: { challenge } })
    const exists = async () =>
      (
        await request('GET', `/users/${ana.id}`, {
          token: (await server.signIn('root', server.ctx.config.issuer)).token,
        })
      ).status === 200
    return { ...server, connect, root, ana, signIn, leave, keep, exists }
  }

  test('ends the sessions at once, lets nobody in, and reserves the username until it is over', async () => {
    const { ctx, request, ana, signIn, leave, exists } = await start()
    const answer = await leave()
    expect([answer.status, answer.body]).toEqual([
      202,
      { deletion_at: new Date(ctx.clock.now() + 7 * day).toISOString() },
    ])
    expect((await request('GET', '/users/me', { token: ana.token })).status).toBe(401)
    expect((await signIn()).body).toMatchObject({ code: 'deletion_pending', ...answer.body })
    const body = { username: 'ana', password: testPassword }
    expect((await request('POST', '/auth/sign-up', { body })).status).toBe(409)

    ctx.clock.advance(7 * day - 1)
    await finishDeletions(ctx)
    expect(await exists()).toBe(true)
    ctx.clock.advance(1)
    await finishDeletions(ctx)
    expect(await exists()).toBe(false)
    expect((await signIn()).body.code).toBe('wrong_credentials')
    expect((await request('POST', '/auth/sign-up', { body })).status).toBe(201)
  })

  test('is taken back by the owner, once, with the challenge of a sign-in', async () => {
    const { ctx, signIn, leave, keep, exists } = await start()
    await leave()
    const { status, body } = await signIn()
    expect([status, body.code]).toEqual([401, 'deletion_pending'])
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => keep(body.challenge)))
    expect(answers.map((each) => each.status).sort()).toEqual([204, 400, 400, 400, 400])
    expect((await signIn()).status).toBe(200)
    ctx.clock.advance(8 * day)
    await finishDeletions(ctx)
    expect(await exists()).toBe(true)
  })

  test('offers nothing to who does not know the password, and no challenge of another kind keeps it', async () => {
    const { request, leave, keep } = await start()
    await leave()
    const body = { username: 'ana', password: 'not the password' }
    expect((await request('POST', '/auth/sign-in', { body })).body).toMatchObject({
      code: 'wrong_credentials',
    })
    for (const made of ['x'.repeat(43), '', "' or 1=1 --"]) expect((await keep(made)).status).toBe(400)
  })

  test('by an administrator is not the owner’s to take back, but an administrator’s', async () => {
    const { request, root, ana, signIn } = await start()
    const call = (method: string, path: string, body?: object) =>
      request(method, path, { token: root.token, body })
    expect((await call('DELETE', `/users/${ana.id}`)).status).toBe(202)
    expect((await signIn()).body.code).toBe('account_disabled')
    expect((await call('PATCH', `/users/${ana.id}`, { disabled: false })).body.code).toBe(
      'deletion_scheduled',
    )
    expect((await request('DELETE', `/users/${ana.id}/deletion`, { token: ana.token })).status).toBe(401)
    expect((await call('DELETE', `/users/${ana.id}/deletion`)).status).toBe(204)
    expect((await call('DELETE', `/users/${ana.id}/deletion`)).status).toBe(204)
    expect((await signIn()).status).toBe(200)
  })

  test('leaves an account disabled that was disabled before', async () => {
    const { request, ctx, root, ana, signIn } = await start()
    const call = (method: string, path: string, body?: object) =>
      request(method, path, { token: root.token, body })
    await call('PATCH', `/users/${ana.id}`, { disabled: true })
    ctx.clock.advance(1)
    await call('DELETE', `/users/${ana.id}`)
    await call('DELETE', `/users/${ana.id}/deletion`)
    expect((await signIn()).body.code).toBe('account_disabled')
  })

  test('is asked for twice with the same end, and the last administrator cannot ask', async () => {
    const { request, ctx, root, ana } = await start()
    const remove = (id: string) => request('DELETE', `/users/${id}`, { token: root.token })
    const first = (await remove(ana.id)).body
    ctx.clock.advance(1000)
    expect((await remove(ana.id)).body).toEqual(first)
    expect((await remove(root.id)).body.code).toBe('last_administrator')
  })

  test('without a grace period erases at once', async () => {
    const { leave, exists } = await start('0s')
    expect((await leave()).status).toBe(204)
    expect(await exists()).toBe(false)
  })

  describe('when its time comes', () => {
    test('of keeping and erasing one wins, and nothing is half done', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { ctx, ana, connect, signIn, leave, exists } = await start('1h')
        await leave()
        ctx.clock.advance(3_600_000 - 1000)
        const { challenge } = (await signIn()).body
        ctx.clock.advance(1000)
        const beside = { ...ctx, db: await connect() }
        const [kept, erased] = await Promise.allSettled([
          round % 2 === 0 ? keepOwnAccount(ctx, challenge) : cancelDeletion(ctx, system, ana.id),
          finishDeletions(beside),
        ])
        expect(erased.status).toBe('fulfilled')
        expect(await exists()).toBe(kept.status === 'fulfilled')
        const rows = await ctx.db.selectFrom('deletions').selectAll().execute()
        expect(rows).toEqual([])
      }
    })

    test('two instances erase an account once', async () => {
      const { ctx, ana, connect, leave } = await start('1h')
      await leave()
      ctx.clock.advance(3_600_000)
      await Promise.all([finishDeletions(ctx), finishDeletions({ ...ctx, db: await connect() })])
      const events = await ctx.db
        .selectFrom('audit_events')
        .select('action')
        .where('target', '=', ana.id)
        .execute()
      expect(events.filter(({ action }) => action === 'user.deleted')).toHaveLength(1)
    })

    test('the id that is kept to erase what came late goes within minutes', async () => {
      const { ctx, leave } = await start('0s')
      await leave()
      const ids = () => ctx.db.selectFrom('erasures').selectAll().execute()
      expect(await ids()).toHaveLength(1)
      ctx.clock.advance(60_000)
      await finishDeletions(ctx)
      expect(await ids()).toEqual([])
    })
  })
})
