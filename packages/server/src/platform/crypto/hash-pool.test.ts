import { describe, expect, it, vi } from 'vitest'
import { HashPool, HashQueueFull } from './hash-pool.ts'

const limits = { workers: 1, queue: 100, queuePerLane: 100, lowerPriority: false }
const program = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`)
const verify = (password: string) => ({ kind: 'verify' as const, hash: '', password })

describe('a pool of threads', () => {
  it('fails the task of a crashed thread, and continues with another thread', async () => {
    const crashing = program(`
      import { parentPort } from 'node:worker_threads'
      parentPort.on('message', ({ password }) => {
        if (password === 'crash') throw new Error('out of memory')
        if (password === 'end') process.exit(3)
        parentPort.postMessage({ value: true })
      })`)
    const pool = new HashPool(limits, crashing)
    const crash = pool.run(verify('crash'), 'a')
    const end = pool.run(verify('end'), 'a')
    const good = pool.run(verify('good'), 'a')
    await expect(crash).rejects.toThrow('out of memory')
    await expect(end).rejects.toThrow('ended')
    await expect(good).resolves.toEqual({ value: true })
    expect(pool.waiting).toBe(0)
    await pool.close()
  })

  it('fails every task when no thread can start, instead of retrying forever', async () => {
    const pool = new HashPool(limits, new URL('file:///nowhere/worker.js'))
    const results = await Promise.allSettled([1, 2, 3].map(() => pool.run(verify('x'), 'a')))
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await pool.close()
  })

  it('ends an idle thread, and starts another for the next task', async () => {
    const pool = new HashPool(
      { ...limits, restMs: 1 },
      program(`
        import { parentPort, threadId } from 'node:worker_threads'
        parentPort.on('message', () => parentPort.postMessage({ value: threadId }))`),
    )
    const first = await pool.run(verify('x'), 'a')
    await vi.waitFor(async () => expect(await pool.run(verify('x'), 'a')).not.toEqual(first), 30_000)
    await pool.close()
  })

  it('reserves a few places for each known lane when strangers fill the queue', async () => {
    const pool = new HashPool(
      { ...limits, queue: 2, queuePerLane: 2, reserve: 3 },
      program(`
        import { parentPort } from 'node:worker_threads'
        parentPort.on('message', () => parentPort.postMessage({ value: true }))`),
    )
    const refused = (lane: string) => expect(pool.run(verify('x'), lane)).rejects.toThrow(HashQueueFull)
    const known = (name: string) => pool.run(verify('x'), { name, reserved: true })
    const strangers = ['at work', 'a', 'b'].map((lane) => pool.run(verify('x'), lane))
    await refused('c')
    const friends = [known('ana'), known('ana')]
    await expect(known('ana')).rejects.toThrow(HashQueueFull)
    friends.push(known('ben'))
    await expect(known('cyd')).rejects.toThrow(HashQueueFull)
    expect(await Promise.all([...strangers, ...friends])).toHaveLength(6)
    await pool.close()
  })

  it('alternates between callers, however many tasks one of them has', async () => {
    const pool = new HashPool(
      limits,
      program(`
        import { parentPort } from 'node:worker_threads'
        parentPort.on('message', () => parentPort.postMessage({ value: true }))`),
    )
    const order: string[] = []
    const run = (lane: string, name: string) => pool.run(verify('x'), lane).then(() => order.push(name))
    await Promise.all([
      run('flood', 'flood 1'),
      run('flood', 'flood 2'),
      run('flood', 'flood 3'),
      run('flood', 'flood 4'),
      run('ana', 'ana'),
    ])
    // One was running when she arrived; then they alternate.
    expect(order).toEqual(['flood 1', 'flood 2', 'ana', 'flood 3', 'flood 4'])
    await pool.close()
  })
})
