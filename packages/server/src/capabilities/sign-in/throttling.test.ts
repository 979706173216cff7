import { expect, test } from 'vitest'
import { createThrottles } from '../../platform/throttles.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { addUser } from '../../testing/users.ts'
import { openSession } from '../sessions/index.ts'
import { countSignUp, startAttempt } from './throttling.ts'

const status = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

describeEachDatabase('throttling', (open) => {
  const start = async () => {
    const { db, pool } = await open()
    const ctx = testContext(db, { throttles: createThrottles(pool) })
    const userId = await addUser(ctx)
    const fail = (
      address: string,
      account: { userId: string | undefined; name: string } = { userId, name: 'ana' },
    ) => status(startAttempt(ctx, account, address))
    return { ctx, userId, fail }
  }
  const times = async (count: number, attempt: (i: number) => Promise<unknown>) => {
    const outcomes: unknown[] = []
    for (let i = 0; i < count; i += 1) outcomes.push(await attempt(i))
    return outcomes
  }

  test('ten failures of an address at an account, then it waits, with Retry-After', async () => {
    const { ctx, userId, fail } = await start()
    expect(new Set(await times(10, () => fail('192.0.2.1')))).toEqual(new Set(['ok']))
    const refused = await startAttempt(ctx, { userId, name: 'ana' }, '192.0.2.1').catch(
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ status: 429, code: 'too_many_attempts' })
    const seconds = Number((refused as { headers: Record<string, string> }).headers['Retry-After'])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(900)
    expect(await fail('192.0.2.2')).toBe('ok')
  })

  test('attempts side by side do not slip through', async () => {
    const { fail } = await start()
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => fail('192.0.2.1')))
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(10)
  })

  test('an account that does not exist is throttled alike', async () => {
    const { fail } = await start()
    const outcomes = await times(11, () => fail('192.0.2.1', { userId: undefined, name: 'nobody' }))
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(10)
  })

  test('honest sign-ins do not add up, and forget the failures before them', async () => {
    const { ctx, userId, fail } = await start()
    await times(9, () => fail('192.0.2.1'))
    await times(30, async () => (await startAttempt(ctx, { userId, name: 'ana' }, '192.0.2.1')).succeeded())
    expect(new Set(await times(10, () => fail('192.0.2.1')))).toEqual(new Set(['ok']))
  })

  test('an address is limited over all accounts, an IPv6 network counting as one', async () => {
    const { fail } = await start()
    const outcomes = await times(101, (i) =>
      fail(`2001:db8::${i + 1}`, { userId: undefined, name: `user${i}` }),
    )
    expect(outcomes.slice(0, 100)).not.toContain('too_many_attempts')
    expect(outcomes[100]).toBe('too_many_attempts')
  })

  test('no crowd of strangers locks somebody out: an unfamiliar address keeps two tries, a familiar one ten', async () => {
    const { ctx, userId, fail } = await start()
    const session = { userId, audience: ['api'], acr: 'pwd', amr: ['pwd'], method: 'password' }
    await openSession(ctx, { ...session, address: '203.0.113.9' })
    await times(120, (i) => fail(`198.51.100.${i}`))
    expect(await times(3, () => fail('192.0.2.50'))).toEqual(['ok', 'ok', 'too_many_attempts'])
    expect(new Set(await times(10, () => fail('203.0.113.9')))).toEqual(new Set(['ok']))
  })

  test('accounts made from one address are counted', async () => {
    const { ctx } = await start()
    const outcomes = await times(31, () => status(countSignUp(ctx, '192.0.2.1')))
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(30)
    expect(await status(countSignUp(ctx, '192.0.2.2'))).toBe('ok')
  })
})
