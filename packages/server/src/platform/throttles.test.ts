import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { testClock } from '../testing/context.ts'
import { describeEachDatabase } from '../testing/databases.ts'
import { DatabaseUnavailable } from './db/errors.ts'
import { createThrottles, noThrottles, sweepThrottles } from './throttles.ts'

const limits = { attempts: 3, seconds: 900 }

describeEachDatabase('throttles', (open, dialect) => {
  it('let as many attempts pass as they say, and then tell how long to wait', async () => {
    const throttle = createThrottles((await open()).pool).limiter('sign-in', limits)
    const waits = await Promise.all(Array.from({ length: 5 }, () => throttle.take('ana')))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3)
    for (const wait of waits.filter((wait) => wait > 0)) {
      expect(wait).toBeGreaterThan(890_000)
      expect(wait).toBeLessThanOrEqual(900_000)
    }
    expect(await throttle.take('ben')).toBe(0)
  })

  it('count attempts beyond what they let pass, side by side', async () => {
    const throttle = createThrottles((await open()).pool).limiter('sign-in', limits)
    const counts = await Promise.all(Array.from({ length: 5 }, () => throttle.count('ana')))
    expect(counts.sort()).toEqual([1, 2, 3, 4, 5])
    await throttle.giveBack('ana')
    expect(await throttle.count('ana')).toBe(5)
  })

  it('take attempts back, and forget', async () => {
    const throttle = createThrottles((await open()).pool).limiter('sign-in', limits)
    for (const _ of [1, 2, 3]) await throttle.take('ana')
    await throttle.giveBack('ana')
    expect(await throttle.take('ana')).toBe(0)
    expect(await throttle.take('ana')).toBeGreaterThan(0)
    await throttle.clear('ana')
    expect(await throttle.take('ana')).toBe(0)
  })

  it('keep the counts of different names apart', async () => {
    const throttles = createThrottles((await open()).pool)
    for (const _ of [1, 2, 3]) await throttles.limiter('sign-in', limits).take('ana')
    expect(await throttles.limiter('sign-in', limits).take('ana')).toBeGreaterThan(0)
    expect(await throttles.limiter('sign-up', limits).take('ana')).toBe(0)
  })

  it('count for all instances together where they share a database', async () => {
    const { pool } = await open()
    const [one, two] = [createThrottles(pool), createThrottles(pool)]
    for (const _ of [1, 2, 3]) await one.limiter('sign-in', limits).take('ana')
    const wait = await two.limiter('sign-in', limits).take('ana')
    expect(wait > 0).toBe(dialect === 'postgres')
  })

  it('count for one instance alone where they are local, and write nothing down', async () => {
    const { db, pool } = await open()
    const [one, two] = [createThrottles(pool), createThrottles(pool)]
    for (const _ of [1, 2, 3]) expect(await one.local('feed', limits).take('ana')).toBe(0)
    expect(await one.local('feed', limits).take('ana')).toBeGreaterThan(0)
    expect(await two.local('feed', limits).take('ana')).toBe(0)
    expect((await sql`select key from throttle_attempts`.execute(db)).rows).toEqual([])
  })

  it('sweep away what is long over, and nothing else', async () => {
    const { db, pool } = await open()
    const throttle = createThrottles(pool).limiter('sign-in', limits)
    for (const _ of [1, 2, 3]) await throttle.take('ana')
    await sql`insert into throttle_attempts (key, points, expire) values ('old', 1, 1)`.execute(db)
    await sweepThrottles({ db, clock: testClock() })
    const { rows } = await sql<{ key: string }>`select key from throttle_attempts`.execute(db)
    expect(rows).toEqual(dialect === 'postgres' ? [{ key: 'sign-in:ana' }] : [])
    expect(await throttle.take('ana')).toBeGreaterThan(0)
  })
})

it('says that the database is gone when it is', async () => {
  const pool = { query: () => Promise.reject(new Error('Connection terminated unexpectedly')) }
  const taking = createThrottles(pool).limiter('sign-in', limits).take('ana')
  await expect(taking).rejects.toThrow(DatabaseUnavailable)
})

it('remembers a bounded number of keys in memory', async () => {
  const throttle = createThrottles(undefined).limiter('sign-in', { attempts: 1, seconds: 900 })
  await throttle.take('first')
  expect(await throttle.take('first')).toBeGreaterThan(0)
  for (let index = 0; index < 50_000; index += 1) await throttle.take(`${index}`)
  expect(await throttle.take('first')).toBe(0)
})

it('never waits when limits are off', async () => {
  for (const make of [noThrottles.limiter, noThrottles.local]) {
    const throttle = make('sign-in', { attempts: 0, seconds: 1 })
    expect([await throttle.take('ana'), await throttle.take('ana')]).toEqual([0, 0])
  }
})
