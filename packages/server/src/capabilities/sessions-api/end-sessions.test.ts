import { expect, test } from 'vitest'
import type { Actor } from '../../context.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { createAccount } from '../accounts/index.ts'
import { isGrantGood } from '../grants/index.ts'
import { ensureRoles, putRole } from '../roles/index.ts'
import { openSession } from '../sessions/index.ts'
import { endEverySession, endOneSession } from './end-sessions.ts'

const system = { kind: 'system' } as const

const code = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

describeEachDatabase('ending sessions', (open) => {
  const start = async () => {
    const ctx = testContext((await open()).db)
    await ensureRoles(ctx)
    await putRole(ctx, system, 'support', ['sessions:write'])
    const person = async (username: string, roles: string[], mayUsePower = true) => {
      const password = 'staple-horse-battery-9'
      const { id } = await createAccount(ctx, system, { username, password, roles })
      const asked = { userId: id, audience: ['api'], acr: 'pwd', amr: ['pwd'], method: 'password' }
      const { session } = await openSession(ctx, asked)
      const actor: Actor = { kind: 'user', id, session: session.id, authTime: session.authTime, mayUsePower }
      return { id, session: session.id, actor, isLive: () => isGrantGood(ctx, session.id, id) }
    }
    return { ctx, person }
  }

  test('people end their own, one or all', async () => {
    const { ctx, person } = await start()
    const ana = await person('ana', ['member'], false)
    expect(await code(endOneSession(ctx, ana.actor, ana.id, ana.session))).toBe('ok')
    expect(await ana.isLive()).toBe(false)
    expect(await code(endOneSession(ctx, ana.actor, ana.id, ana.session))).toBe('session_not_found')
    const ben = await person('ben', ['member'], false)
    expect(await code(endEverySession(ctx, ben.actor, ben.id))).toBe('ok')
    expect(await ben.isLive()).toBe(false)
  })

  test('another’s session is not reached through one’s own id', async () => {
    const { ctx, person } = await start()
    const [ana, ben] = [await person('ana', ['member']), await person('ben', ['member'])]
    expect(await code(endOneSession(ctx, ana.actor, ana.id, ben.session))).toBe('session_not_found')
    expect(await code(endOneSession(ctx, ana.actor, ben.id, ben.session))).toBe('forbidden')
    expect(await code(endEverySession(ctx, ana.actor, ben.id))).toBe('forbidden')
    expect(await ben.isLive()).toBe(true)
  })

  test('with sessions:write, those of people who hold no more', async () => {
    const { ctx, person } = await start()
    const helper = await person('helper', ['support'])
    const [ana, boss] = [await person('ana', ['member']), await person('boss', ['admin'])]
    expect(await code(endEverySession(ctx, helper.actor, boss.id))).toBe('forbidden')
    expect(await code(endOneSession(ctx, helper.actor, boss.id, boss.session))).toBe('forbidden')
    expect(await boss.isLive()).toBe(true)
    expect(await code(endEverySession(ctx, helper.actor, ana.id))).toBe('ok')
    expect(await ana.isLive()).toBe(false)
    const ended = await ctx.db
      .selectFrom('sessions')
      .select('end_reason')
      .where('user_id', '=', ana.id)
      .execute()
    expect(ended).toEqual([{ end_reason: 'ended_by_administrator' }])
    const written = await ctx.db
      .selectFrom('audit_events')
      .select(['actor', 'target'])
      .where('action', '=', 'session.all_ended')
      .execute()
    expect(written).toEqual([{ actor: helper.id, target: ana.id }])
  })

  test('an API’s token of somebody with sessions:write ends nobody else’s', async () => {
    const { ctx, person } = await start()
    const helper = await person('helper', ['support'], false)
    const ana = await person('ana', ['member'])
    expect(await code(endEverySession(ctx, helper.actor, ana.id))).toBe('audience_required')
    expect(await ana.isLive()).toBe(true)
  })
})
