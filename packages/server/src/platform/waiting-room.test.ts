import { describe, expect, it } from 'vitest'
import { heldRoom } from '../testing/held-time.ts'
import { TooManyAttempts, Unavailable } from './errors.ts'
import type { Entry } from './waiting-room.ts'

/** Enters a room, and writes down what becomes of each attempt. */
function start(limits?: { places: number; longest: number }) {
  const { room, timer } = heldRoom(limits)
  const outcomes: string[] = []
  const enter = (name: string, entry: Partial<Entry> & Pick<Entry, 'lines'>): Promise<void> =>
    room.enter({ rank: 0, ...entry }).then(
      () => void outcomes.push(name),
      (error: unknown) => void outcomes.push(`${name}: ${error instanceof Error ? error.message : error}`),
    )
  const line = (key: string, spacing: number, places = 10) => ({ key, spacing, places })
  /** Moves the time on, and gives what became known meanwhile. */
  const after = async (ms: number): Promise<string[]> => {
    timer.advance(ms)
    await new Promise((resolve) => setImmediate(resolve))
    return outcomes.splice(0)
  }
  return { room, timer, enter, line, after }
}

describe('a waiting room', () => {
  it('lets attempts of one line pass one at a time, each keeping the next one waiting', async () => {
    const { enter, line, after } = start()
    void enter('first', { lines: [line('ana', 500)] })
    void enter('second', { lines: [line('ana', 1000)] })
    void enter('third', { lines: [line('ana', 2000)] })
    expect(await after(499)).toEqual([])
    expect(await after(1)).toEqual(['first'])
    expect(await after(499)).toEqual([])
    expect(await after(1)).toEqual(['second'])
    expect(await after(999)).toEqual([])
    expect(await after(1)).toEqual(['third'])
  })

  it('makes who comes after the last one has passed wait, too', async () => {
    const { enter, line, after } = start()
    void enter('first', { lines: [line('ana', 500)] })
    expect(await after(500)).toEqual(['first'])
    void enter('at once', { lines: [line('ana', 1000)] })
    expect(await after(499)).toEqual([])
    expect(await after(1)).toEqual(['at once'])
    expect(await after(60_000)).toEqual([])
    void enter('much later', { lines: [line('ana', 1000)] })
    expect(await after(999)).toEqual([])
    expect(await after(1)).toEqual(['much later'])
  })

  it('lets an attempt pass once all of its lines do, and others meanwhile', async () => {
    const { enter, line, after } = start()
    void enter('slow', { lines: [line('network', 100), line('ana', 15_000)] })
    void enter('quick', { lines: [line('network', 100)] })
    expect(await after(100)).toEqual(['quick'])
    expect(await after(14_899)).toEqual([])
    expect(await after(1)).toEqual(['slow'])
  })

  it('lets who has failed least go first, and those alike in the order in which they came', async () => {
    const { enter, line, after } = start()
    const lines = [line('network', 100)]
    void enter('guesses', { lines, rank: 40 })
    void enter('honest', { lines, rank: 1 })
    void enter('honest, too', { lines, rank: 1 })
    expect(await after(300)).toEqual(['honest', 'honest, too', 'guesses'])
  })

  it('refuses when a line is full, says when to come back, and gives a place to who has failed less', async () => {
    const { room, enter, line } = start()
    const lines = [line('ana', 15_000, 2)]
    const guess = enter('guess', { lines, rank: 9 })
    void enter('honest', { lines, rank: 1 })
    await expect(room.enter({ lines, rank: 9 })).rejects.toMatchObject({
      code: 'too_many_attempts',
      retryAfterMs: 15_000,
    })
    expect(room.waiting).toBe(2)
    void enter('honest, too', { lines, rank: 1 })
    await guess
    expect(room.waiting).toBe(2)
    await expect(room.enter({ lines, rank: 1 })).rejects.toThrow(TooManyAttempts)
  })

  it('takes no place from anybody for somebody whom another line refuses', async () => {
    const { room, enter, line, after } = start()
    const mine = line('mine', 100, 1)
    const shared = line('shared', 100, 1)
    void enter('mine', { lines: [mine], rank: 1 })
    void enter('shared', { lines: [shared], rank: 9 })
    await expect(room.enter({ lines: [shared, mine], rank: 1 })).rejects.toThrow(TooManyAttempts)
    expect(await after(100)).toEqual(['mine', 'shared'])
  })

  it('holds a bounded number in all, and nobody for longer than it says', async () => {
    const { room, enter, line, after } = start({ places: 2, longest: 1000 })
    void enter('a', { lines: [line('a', 5000)] })
    void enter('b', { lines: [line('b', 5000)], rank: 3 })
    await expect(room.enter({ lines: [line('c', 5000)], rank: 3 })).rejects.toThrow(TooManyAttempts)
    void enter('d', { lines: [line('d', 100)], rank: 1 })
    expect(await after(100)).toEqual(['b: Too many attempts. Try again in 5 s.', 'd'])
    expect(await after(900)).toEqual(['a: Too many attempts. Try again in 4 s.'])
    expect(room.waiting).toBe(0)
  })

  it('forgets an attempt that nobody waits for any more', async () => {
    const { room, enter, line, after } = start()
    const leaving = new AbortController()
    void enter('gone', { lines: [line('ana', 500, 1)], signal: leaving.signal })
    leaving.abort()
    expect(room.waiting).toBe(0)
    void enter('next', { lines: [line('ana', 500, 1)] })
    expect(await after(500)).toEqual(['gone: Too many attempts. Try again in 1 s.', 'next'])
    await expect(room.enter({ lines: [line('ana', 1)], rank: 0, signal: leaving.signal })).rejects.toThrow()
  })

  it('refuses everybody when the server stops, and whoever comes after', async () => {
    const { room, line } = start()
    const waiting = room.enter({ lines: [line('ana', 500)], rank: 0 })
    room.close()
    await expect(waiting).rejects.toThrow(Unavailable)
    await expect(room.enter({ lines: [line('ana', 500)], rank: 0 })).rejects.toThrow(Unavailable)
  })
})
