import { expect, test } from 'vitest'
import type { Context } from '../../context.ts'
import { createThrottles } from '../../platform/throttles.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { untilSomebodyWaits } from '../../testing/waiting.ts'
import {
  createChallenge,
  forgetChallenges,
  openChallenges,
  peekChallenge,
  sweepChallenges,
  useChallenge,
  withdrawChallenges,
  wrongAnswer,
} from './index.ts'

declare module './purposes.ts' {
  interface ChallengePayloads {
    'test-door': { key: string }
    'test-window': Record<string, never>
  }
}

const minute = 60_000
const hour = 60 * minute

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Another code than the right one. */
const otherThan = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0')

describeEachDatabase('challenges', (open, dialect) => {
  const start = async (limits = false) => {
    const database = await open()
    const { db } = database
    const ctx = testContext(db, limits ? { throttles: createThrottles(database.pool) } : {})
    const door = {
      purpose: 'test-door',
      subject: 'ana',
      payload: { key: 'brass' },
      lifetimeMs: hour,
    } as const
    const make = (options: { subject?: string; everyMs?: number; lifetimeMs?: number } = {}) =>
      createChallenge(ctx, { ...door, ...options, code: true })
    const use = (proof: Parameters<typeof useChallenge>[2], context = ctx) =>
      codeOf(useChallenge(context, 'test-door', proof, async () => 'in'))
    const rows = () => db.selectFrom('challenges').selectAll().execute()
    return { ctx, database, make, use, rows }
  }

  test('a link works once, and gives back what was kept', async () => {
    const { ctx, make, use } = await start()
    const { token } = await make()
    expect(await peekChallenge(ctx, 'test-door', token)).toEqual({
      subject: 'ana',
      payload: { key: 'brass' },
    })
    const found = await useChallenge(ctx, 'test-door', { token }, async (_, found) => found)
    expect(found).toEqual({ subject: 'ana', payload: { key: 'brass' } })
    expect(await use({ token })).toBe('invalid_challenge')
    expect(await peekChallenge(ctx, 'test-door', token)).toBeUndefined()
  })

  test('a code works once, for whoever has the id of its challenge, however it was typed', async () => {
    const { make, use } = await start()
    const { id, token, code } = await make()
    expect(code).toMatch(/^[0-9]{6}$/)
    expect(await use({ challenge: token, code })).toBe('invalid_challenge')
    const other = await make({ subject: 'ben' })
    if (other.code !== code) expect(await use({ challenge: other.id, code })).toBe('invalid_challenge')
    expect(await use({ challenge: id, code: ` ${code.slice(0, 3)} ${code.slice(3)}` })).toBe('done')
    expect(await use({ challenge: id, code })).toBe('invalid_challenge')
    expect(await use({ token })).toBe('invalid_challenge')
  })

  test('neither link nor code is in the database, nor is the payload to be read there', async () => {
    const { make, rows } = await start()
    const { id, token, code } = await make()
    const stored = JSON.stringify(await rows())
    for (const secret of [id, token, `"${code}"`, 'brass']) expect(stored).not.toContain(secret)
  })

  test('five wrong codes end a challenge: the right one comes too late, and so does the link', async () => {
    const { ctx, make, use } = await start()
    const { id, token, code } = await make()
    const exhausted: string[] = []
    for (let i = 1; i <= 5; i += 1) {
      const guess = useChallenge(
        ctx,
        'test-door',
        { challenge: id, code: otherThan(code, i) },
        async () => 'in',
        { exhausted: async (_, { subject }) => void exhausted.push(`${subject} after ${i}`) },
      )
      expect(await codeOf(guess)).toBe('invalid_challenge')
    }
    expect(exhausted).toEqual(['ana after 5'])
    expect(await use({ challenge: id, code })).toBe('invalid_challenge')
    expect(await use({ token })).toBe('invalid_challenge')
  })

  test('a wrong code is counted although its caller fails, and one that is no code is not', async () => {
    const { make, use, rows } = await start()
    const { id, code } = await make()
    for (const typed of ['', '12345', '1234567', 'abcdef', '１２３４５', 'x'.repeat(10_000), '12\u000034'])
      expect(await use({ challenge: id, code: typed })).toBe('invalid_challenge')
    expect((await rows())[0]?.tries_left).toBe(5)
    await use({ challenge: id, code: otherThan(code) })
    expect((await rows())[0]?.tries_left).toBe(4)
  })

  test('twenty wrong codes a day over all challenges of a subject end guessing, and links go on', async () => {
    const { make, use } = await start(true)
    const answers: string[] = []
    for (let i = 0; i < 5; i += 1) {
      const { id, code } = await make()
      for (let by = 1; by <= 5; by += 1) answers.push(await use({ challenge: id, code: otherThan(code, by) }))
    }
    expect(answers.filter((answer) => answer === 'invalid_challenge')).toHaveLength(20)
    expect(answers.at(-1)).toBe('too_many_attempts')
    const { id, token, code } = await make()
    expect(await use({ challenge: id, code })).toBe('too_many_attempts')
    expect(await use({ token })).toBe('done')
    const other = await make({ subject: 'ben' })
    expect(await use({ challenge: other.id, code: other.code })).toBe('done')
  })

  test('right codes are no guesses, used or not', async () => {
    const { make, use } = await start(true)
    for (let i = 0; i < 15; i += 1) {
      const { id, code } = await make()
      expect(await use({ challenge: id, code })).toBe('done')
      expect(await use({ challenge: id, code })).toBe('invalid_challenge')
    }
  })

  test('what is for one purpose is good for no other', async () => {
    const { ctx, make } = await start()
    const { id, token, code } = await make()
    for (const proof of [{ token }, { challenge: id, code }])
      expect(await codeOf(useChallenge(ctx, 'test-window', proof, async () => 'in'))).toBe(
        'invalid_challenge',
      )
    expect(await peekChallenge(ctx, 'test-window', token)).toBeUndefined()
    expect(await peekChallenge(ctx, 'test-door', token)).toBeDefined()
  })

  test('a row that was given another purpose or subject in the database opens no more', async () => {
    const { ctx, database, make, use } = await start()
    const { token } = await make()
    await database.db.updateTable('challenges').set({ subject: 'eve' }).execute()
    expect(await use({ token })).toBe('invalid_challenge')
    expect(await peekChallenge(ctx, 'test-door', token)).toBeUndefined()
  })

  test.each(['link', 'code'] as const)('of 50 who come with one %s at once, one gets in', async (kind) => {
    const { ctx, database, make } = await start()
    const elsewhere = { ...ctx, db: await database.connect() }
    const { id, token, code } = await make()
    const proof = kind === 'link' ? { token } : { challenge: id, code }
    let inside = 0
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        codeOf(
          useChallenge(i % 2 === 0 ? ctx : elsewhere, 'test-door', proof, async () => {
            inside += 1
          }),
        ),
      ),
    )
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'invalid_challenge')).toHaveLength(49)
    expect(inside).toBe(1)
  })

  test('of 50 wrong codes at once, five are looked at', async () => {
    const { ctx, database, make, use, rows } = await start()
    const elsewhere = { ...ctx, db: await database.connect() }
    const { id, code } = await make()
    const over: string[] = []
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        codeOf(
          useChallenge(
            i % 2 === 0 ? ctx : elsewhere,
            'test-door',
            { challenge: id, code: otherThan(code, i + 1) },
            async () => 'in',
            { exhausted: async (_, { subject }) => void over.push(subject) },
          ),
        ),
      ),
    )
    expect(over).toEqual(['ana'])
    expect((await rows())[0]?.tries_left).toBe(0)
    expect(await use({ challenge: id, code })).toBe('invalid_challenge')
  })

  test('if the work fails, nothing was used, and the link works again', async () => {
    const { ctx, make, use, rows } = await start()
    const { token } = await make()
    const failing = useChallenge(ctx, 'test-door', { token }, async (ctx) => {
      await ctx.db.deleteFrom('challenges').execute()
      throw new TypeError('broken')
    })
    expect(await codeOf(failing)).toBe('TypeError: broken')
    expect(await rows()).toHaveLength(1)
    expect(await use({ token })).toBe('done')
  })

  test('work that finds the answer wrong costs a try, and the fifth ends the challenge', async () => {
    const { ctx, make, use } = await start()
    const { token } = await make()
    for (let i = 0; i < 5; i += 1)
      expect(await codeOf(useChallenge(ctx, 'test-door', { token }, async () => wrongAnswer))).toBe(
        'invalid_challenge',
      )
    expect(await use({ token })).toBe('invalid_challenge')
  })

  test('it is not used up inside another transaction, which could take a wrong try back', async () => {
    const { ctx, database, make, use } = await start()
    const { token } = await make()
    const nested = database.db.transaction().execute((db) => use({ token }, { ...ctx, db }))
    expect(await nested).toContain('transaction of its own')
    expect(await use({ token })).toBe('done')
  })

  test('it ends at its time, and a clock that goes back an hour does not revive it', async () => {
    const { ctx, make, use, rows } = await start()
    const [used, looked, swept] = [await make(), await make(), await make()]
    ctx.clock.advance(hour - 1)
    expect(await peekChallenge(ctx, 'test-door', looked.token)).toBeDefined()
    ctx.clock.advance(1)
    expect(await use({ challenge: used.id, code: used.code })).toBe('invalid_challenge')
    expect(await peekChallenge(ctx, 'test-door', looked.token)).toBeUndefined()
    expect(await rows()).toHaveLength(1)
    await sweepChallenges(ctx)
    expect(await rows()).toEqual([])
    ctx.clock.advance(-hour)
    for (const { token } of [used, looked, swept]) expect(await use({ token })).toBe('invalid_challenge')
  })

  test('a clock that goes back an hour ends what is younger than that, instead of giving it another hour', async () => {
    const { ctx, make, use, rows } = await start()
    const [tried, swept] = [await make(), await make()]
    ctx.clock.advance(30 * minute - hour)
    expect(await use({ token: tried.token })).toBe('invalid_challenge')
    await sweepChallenges(ctx)
    expect(await rows()).toEqual([])
    ctx.clock.advance(hour)
    for (const { token } of [tried, swept]) expect(await use({ token })).toBe('invalid_challenge')
  })

  test('instances whose clocks differ by two minutes take each other’s', async () => {
    const { ctx, make, use } = await start()
    const { token } = await make()
    ctx.clock.advance(-2 * minute)
    await sweepChallenges(ctx)
    expect(await use({ token })).toBe('done')
  })

  test('the next one waits, longer after wrong codes, for this purpose and subject alone', async () => {
    const { ctx, make, use } = await start()
    const every = { everyMs: minute }
    const { id, code } = await make(every)
    expect(await codeOf(make(every))).toBe('too_many_attempts')
    expect(await codeOf(make({ ...every, subject: 'ben' }))).toBe('done')
    ctx.clock.advance(minute - 1)
    expect(await codeOf(make(every))).toBe('too_many_attempts')
    for (let by = 1; by <= 5; by += 1) await use({ challenge: id, code: otherThan(code, by) })
    ctx.clock.advance(1)
    expect(await codeOf(make(every))).toBe('too_many_attempts')
    ctx.clock.advance(minute)
    expect(await codeOf(make(every))).toBe('done')
  })

  test('of two that are asked for at once, one is made', async () => {
    const { ctx, database, rows } = await start()
    const elsewhere = { ...ctx, db: await database.connect() }
    const ask = (ctx: Context) =>
      codeOf(
        createChallenge(ctx, {
          purpose: 'test-door',
          subject: 'ana',
          payload: { key: 'brass' },
          lifetimeMs: hour,
          everyMs: minute,
        }),
      )
    const { waiting } = await database.db.transaction().execute(async (db) => {
      await ask({ ...ctx, db })
      const waiting = ask(elsewhere)
      if (dialect === 'postgres') await untilSomebodyWaits(db)
      return { waiting }
    })
    expect(await waiting).toBe('too_many_attempts')
    expect(await rows()).toHaveLength(1)
  })

  test('a subject has five of a purpose; another takes the place of the oldest', async () => {
    const { ctx, make, use, rows } = await start()
    const made = []
    for (let i = 0; i < 8; i += 1) {
      ctx.clock.advance(1)
      made.push(await make())
    }
    expect(await rows()).toHaveLength(5)
    const answers = []
    for (const { token } of made) answers.push(await use({ token }))
    expect(answers).toEqual([...Array(3).fill('invalid_challenge'), ...Array(5).fill('done')])
  })

  test('what is withdrawn or forgotten works no more, and others go on', async () => {
    const { ctx, make, use, rows } = await start()
    const [withdrawn, other] = [await make(), await make({ subject: 'ben' })]
    await withdrawChallenges(ctx, 'ana', { only: ['test-window'] })
    await withdrawChallenges(ctx, 'ana', { except: ['test-door'] })
    expect(await peekChallenge(ctx, 'test-door', withdrawn.token)).toBeDefined()
    expect(await openChallenges(ctx, 'test-door', 'ana')).toBe(1)
    await withdrawChallenges(ctx, 'ana')
    expect(await openChallenges(ctx, 'test-door', 'ana')).toBe(0)
    expect(await use({ token: withdrawn.token })).toBe('invalid_challenge')
    const forgotten = await make()
    await forgetChallenges(ctx, 'ana')
    expect(await use({ token: forgotten.token })).toBe('invalid_challenge')
    expect((await rows()).map(({ subject }) => subject)).toEqual(['ben'])
    expect(await use({ token: other.token })).toBe('done')
  })

  test.each(['', 'x', 'x'.repeat(10_000), '\u0000', '\ud800', 'é'.repeat(43), `${'A'.repeat(42)}B`])(
    'a token or id that is none (%j) is refused',
    async (text) => {
      const { ctx, use } = await start()
      expect(await use({ token: text })).toBe('invalid_challenge')
      expect(await use({ challenge: text, code: '123456' })).toBe('invalid_challenge')
      expect(await peekChallenge(ctx, 'test-door', text)).toBeUndefined()
    },
  )
})
