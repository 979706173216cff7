import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createSealer } from '../../platform/crypto/sealer.ts'
import { createThrottles } from '../../platform/throttles.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { heldRoom } from '../../testing/held-time.ts'
import { type AttemptFrom, countSignUp, startAttempt } from './throttling.ts'

const status = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

const typed = { name: 'ana', password: 'not the password', onSprayed: () => undefined }
const stranger = { device: undefined, familiar: false }
const neighbour = { device: undefined, familiar: true }
const knownDevice = { device: { token: 't', digest: 'd', isNoted: true }, familiar: false }

describeEachDatabase('throttling', (open, dialect) => {
  const start = async () => {
    const { pool, db } = await open()
    const held = heldRoom()
    const ctx = testContext(db, { throttles: createThrottles(pool), waitingRoom: held.room })
    const attempt = (from: Partial<AttemptFrom> = {}) =>
      startAttempt(ctx, { ...typed, address: '192.0.2.1', recognised: stranger, ...from })
    /** What becomes of an attempt: `slowed` where it has to wait, and then it is called off. */
    const outcome = async (from: Partial<AttemptFrom> = {}): Promise<unknown> => {
      const leaving = new AbortController()
      const made = status(attempt({ ...from, signal: leaving.signal }))
      const first = await held.waitsOr(made)
      leaving.abort()
      await made
      return first === 'waits' ? 'slowed' : first
    }
    const outcomes = async (count: number, from: (i: number) => Partial<AttemptFrom> = () => ({})) => {
      const all: unknown[] = []
      for (let i = 0; i < count; i += 1) all.push(await outcome(from(i)))
      return all
    }
    return { ctx, ...held, attempt, outcome, outcomes }
  }
  const oks = (count: number) => Array<string>(count).fill('ok')

  test('ten failures of a network at an account slow nobody; the next wait, each twice as long', async () => {
    const { attempt, outcomes, timer, untilWaiting } = await start()
    expect(await outcomes(10)).toEqual(oks(10))
    for (const wait of [500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
      let passed = false
      const made = attempt().then(() => {
        passed = true
      })
      await untilWaiting(1)
      timer.advance(wait - 1)
      await new Promise((resolve) => setImmediate(resolve))
      expect(passed).toBe(false)
      timer.advance(1)
      await made
      timer.advance(60_000)
    }
  })

  test('attempts side by side do not slip through: two wait, the others are told when to come back', async () => {
    const { attempt, untilWaiting, room } = await start()
    const made = Array.from({ length: 50 }, () => status(attempt()))
    await untilWaiting(2)
    room.close()
    const outcomes = await Promise.all(made)
    const numberOf = (outcome: string) => outcomes.filter((each) => each === outcome).length
    expect([numberOf('ok'), numberOf('too_many_attempts') + numberOf('unavailable')]).toEqual([10, 40])
  })

  test('honest sign-ins do not add up, and forget the failures before them', async () => {
    const { attempt, outcomes } = await start()
    await outcomes(9)
    for (let i = 0; i < 30; i += 1) await (await attempt()).succeeded()
    expect(await outcomes(11)).toEqual([...oks(10), 'slowed'])
  })

  test('attempts that were called off or never decided do not count', async () => {
    const { attempt, outcomes } = await start()
    expect(await outcomes(12)).toEqual([...oks(10), 'slowed', 'slowed'])
    for (let i = 0; i < 3; i += 1) await (await attempt({ name: 'ben' })).undecided()
    expect(await outcomes(11, () => ({ name: 'ben' }))).toEqual([...oks(10), 'slowed'])
  })

  test('a network is slowed over all accounts, an IPv6 network counting as one', async () => {
    const { outcome, outcomes } = await start()
    const many = await outcomes(101, (i) => ({ name: `user${i}`, address: `2001:db8::${i + 1}` }))
    expect(many).toEqual([...oks(100), 'slowed'])
    expect(await outcome({ name: 'other', address: '2001:db8:0:0:ffff::1' })).toBe('slowed')
    expect(await outcome({ name: 'other', address: '2001:db8:0:1::1' })).toBe('ok')
  })

  test('who is known by their network is not slowed by what others there did at other accounts', async () => {
    const { outcomes } = await start()
    await outcomes(101, (i) => ({ name: `user${i}` }))
    expect(await outcomes(11, () => ({ recognised: neighbour }))).toEqual([...oks(10), 'slowed'])
  })

  test('no crowd of strangers slows a known device, and its own failures make a stranger of it', async () => {
    const { outcome, outcomes } = await start()
    await outcomes(50, (i) => ({ address: `198.51.100.${i}` }))
    expect(await outcome({ address: '192.0.2.9' })).toBe('slowed')
    expect(await outcomes(10, () => ({ recognised: knownDevice }))).toEqual(oks(10))
    expect(await outcome({ recognised: knownDevice })).toBe('slowed')
  })

  test('a known device that signs in, slowed or not, is trusted with ten failures again', async () => {
    const { attempt, outcomes } = await start()
    await outcomes(9, () => ({ recognised: knownDevice }))
    await (await attempt({ recognised: knownDevice })).succeeded()
    expect(await outcomes(10, () => ({ recognised: knownDevice }))).toEqual(oks(10))
    await (await attempt({ recognised: knownDevice })).succeeded()
    expect(await outcomes(10, () => ({ recognised: knownDevice }))).toEqual(oks(10))
  })

  test('accounts made from one address are counted', async () => {
    const { ctx } = await start()
    const made: unknown[] = []
    for (let i = 0; i < 31; i += 1) made.push(await status(countSignUp(ctx, '192.0.2.1')))
    expect(made).toEqual([...oks(30), 'too_many_attempts'])
    expect(await status(countSignUp(ctx, '192.0.2.2'))).toBe('ok')
  })

  if (dialect === 'postgres') {
    test('what was typed as a name can be guessed from the database only with the server’s secret', async () => {
      const { db, pool } = await open()
      const name = 'hunter2'
      const keysUnder = async (secret: string) => {
        const ctx = testContext(db, {
          throttles: createThrottles(pool),
          sealer: createSealer(Buffer.from(secret)),
        })
        await startAttempt(ctx, { ...typed, name, address: '192.0.2.1', recognised: stranger })
        const { rows } = await sql<{ key: string }>`select key from throttle_attempts`.execute(db)
        await sql`delete from throttle_attempts`.execute(db)
        return rows.map(({ key }) => key)
      }
      const [one, other] = [await keysUnder('one secret'), await keysUnder('another secret')]
      expect(one).toHaveLength(3)
      expect(one.filter((key) => other.includes(key))).toEqual([])
      const guesses = [name, `account\n${name}`, `pair\n${name}\n192.0.2.1`].map((guess) =>
        createHash('sha256').update(guess).digest('base64url'),
      )
      for (const key of one) for (const guess of guesses) expect(key).not.toContain(guess)
    })
  }
})
