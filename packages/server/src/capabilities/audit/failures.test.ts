import { expect, test } from 'vitest'
import type { Executor } from '../../platform/db/executor.ts'
import { testClock, testConfig, testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { ensureKeys } from '../keys/index.ts'
import { chainEvents, listEvents, noteFailure, sweepAudit, writeFailures } from './index.ts'

// the start of a quarter of an hour
const noon = Date.UTC(2026, 10, 28, 12)
const somebody = (i: number) => `account-${i}`
const address = (i: number) => `198.51.${Math.floor(i / 250) % 250}.${i % 250}`

const failed = (userId: string | undefined, from: string, userAgent?: string) =>
  ({
    action: 'sign_in.failed',
    userId,
    reason: 'wrong_credentials',
    from: { address: from, userAgent },
  }) as const

describeEachDatabase('failures in the audit trail', (open) => {
  const rowsOf = (db: Executor) =>
    db.selectFrom('audit_events').selectAll().where('period', 'is not', null).orderBy('id').execute()
  const start = async () => {
    const database = await open()
    const clock = testClock(noon)
    const ctx = testContext(database.db, { clock })
    const instance = async () => testContext(await database.connect(), { clock })
    return { ctx, clock, instance }
  }

  test('a hundred thousand on two instances make a bounded number of rows, and each is counted', async () => {
    const { ctx, instance } = await start()
    const other = await instance()
    const each = 50_000
    for (let i = 0; i < each; i += 1) {
      // every account and address another one, so that nothing is alike
      noteFailure(ctx, failed(i % 2 === 0 ? undefined : somebody(i), address(i)))
      noteFailure(other, failed(i % 2 === 0 ? undefined : somebody(each + i), address(each + i)))
      if (i % 5_000 === 0) await Promise.all([writeFailures(ctx), writeFailures(other)])
    }
    await Promise.all([writeFailures(ctx), writeFailures(other)])
    const rows = await rowsOf(ctx.db)
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(2 * each)
    // 250 at accounts, 250 at none, one for the rest
    expect(rows).toHaveLength(501)
    expect(rows.filter(({ target }) => target !== null)).toHaveLength(250)
    const [rest] = rows.filter(({ address }) => address === null)
    expect(rest).toMatchObject({ target: null, user_agent: null, detail: '{"reason":"various"}' })
  })

  test('those that are alike share a row with the first and the last time, on all instances', async () => {
    const { ctx, clock, instance } = await start()
    const other = await instance()
    noteFailure(ctx, failed('ana', '2001:db8:0:7::1', 'first'))
    await writeFailures(ctx)
    clock.advance(60_000)
    for (const [at, host] of [ctx, other, other].entries())
      noteFailure(host, failed('ana', `2001:db8:0:7::${at + 2}`))
    await Promise.all([writeFailures(ctx), writeFailures(other)])
    const { items } = await listEvents(ctx, { limit: 10 })
    expect(items).toMatchObject([
      {
        actor: 'anonymous',
        action: 'sign_in.failed',
        outcome: 'failure',
        target: 'ana',
        address: '2001:db8:0:7::/64',
        userAgent: 'first',
        count: 4,
        at: noon,
        lastAt: noon + 60_000,
      },
    ])
    // the next quarter of an hour has rows of its own
    clock.set(noon + 15 * 60_000)
    noteFailure(ctx, failed('ana', '2001:db8:0:7::1'))
    await writeFailures(ctx)
    expect((await listEvents(ctx, { limit: 10 })).items.map(({ count }) => count)).toEqual([1, 4])
  })

  test('a flood at names without an account does not crowd out an attack on one', async () => {
    const { ctx } = await start()
    for (let i = 0; i < 1_000; i += 1) noteFailure(ctx, failed(undefined, address(i)))
    await writeFailures(ctx)
    noteFailure(ctx, failed('ana', '192.0.2.1'))
    await writeFailures(ctx)
    expect((await listEvents(ctx, { limit: 10 }, { target: 'ana' })).items).toMatchObject([
      { address: '192.0.2.1', count: 1 },
    ])
  })

  test('what could not be written is written the next time', async () => {
    const { ctx } = await start()
    noteFailure(ctx, failed('ana', '192.0.2.1'))
    await ctx.db.schema.alterTable('audit_events').renameTo('elsewhere').execute()
    await expect(writeFailures(ctx)).rejects.toThrow()
    await ctx.db.schema.alterTable('elsewhere').renameTo('audit_events').execute()
    noteFailure(ctx, failed('ana', '192.0.2.1'))
    await writeFailures(ctx)
    expect(await rowsOf(ctx.db)).toMatchObject([{ target: 'ana', count: 2 }])
  })

  test('a user agent is kept without control characters, and no longer than 256 characters', async () => {
    const { ctx } = await start()
    noteFailure(ctx, failed('ana', '192.0.2.1', `\u001b[2J\u009b31m\u202eevil\u0000 ${'x'.repeat(1_000)}`))
    await writeFailures(ctx)
    const [row] = await rowsOf(ctx.db)
    expect(row?.user_agent).toMatch(/^\[2J 31m evil {2}x+$/)
    expect(row?.user_agent?.length).toBeLessThanOrEqual(256)
  })

  test('events are kept as long as is set, and no longer', async () => {
    const { ctx, clock } = await start()
    const retained = { ...ctx, config: testConfig({}, { GATEHOUSE_AUDIT_RETENTION: '1d' }) }
    noteFailure(ctx, failed('old', '192.0.2.1'))
    await writeFailures(ctx)
    clock.advance(86_400_000)
    noteFailure(ctx, failed('new', '192.0.2.1'))
    await writeFailures(ctx)
    await ensureKeys(ctx)
    await chainEvents(ctx)
    const targets = async () => (await listEvents(ctx, { limit: 10 })).items.map(({ target }) => target)
    await sweepAudit(retained)
    expect(await targets()).toEqual(['new', 'old'])
    clock.advance(1)
    await sweepAudit(retained)
    expect(await targets()).toEqual(['new'])
  })
})
