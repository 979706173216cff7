import { afterAll, describe, expect, it, vi } from 'vitest'
import { createHasher } from './argon2-hasher.ts'
import { HashPool, HashQueueFull } from './hash-pool.ts'

const fast = { memoryKiB: 8, passes: 1, parallelism: 1 }
const limits = { workers: 2, queue: 100, queuePerLane: 100, lowerPriority: true }
const hasher = createHasher(limits, fast)
afterAll(() => hasher.close())

describe('a password hasher', () => {
  it('makes an argon2id hash with OWASP’s parameters', async () => {
    const real = createHasher(limits)
    expect(await real.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    await real.close()
  })

  it('accepts the right password, and rejects a wrong one', async () => {
    const hash = await hasher.hash('correct horse')
    expect(await hasher.verify(hash, 'correct horse')).toBe(true)
    expect(await hasher.verify(hash, 'correct horsf')).toBe(false)
  })

  it('never produces the same hash twice', async () => {
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'))
  })

  it('spends the same work on an unknown user, without ever accepting', async () => {
    const parameters: string[] = []
    const run = HashPool.prototype.run
    const spy = vi.spyOn(HashPool.prototype, 'run').mockImplementation(function (this: HashPool, task, lane) {
      if (task.kind === 'verify') parameters.push(task.hash.split('$').slice(0, 4).join('$'))
      return run.call(this, task, lane)
    })
    expect(await hasher.verifyNothing('anything')).toBe(false)
    await hasher.verify(await hasher.hash('x'), 'x')
    spy.mockRestore()
    // One verification with the same parameters, as for any user.
    expect(parameters).toEqual(['$argon2id$v=19$m=8,t=1,p=1', '$argon2id$v=19$m=8,t=1,p=1'])
  })

  it('asks for a new hash after the parameters change', async () => {
    expect(hasher.needsRehash(await hasher.hash('x'))).toBe(false)
    expect(hasher.needsRehash('$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA')).toBe(true)
  })

  it('scores passwords, treating the username as known', async () => {
    expect(await hasher.score('password1', [])).toBeLessThan(3)
    expect(await hasher.score('winterfell-blue-otter-92', [])).toBe(4)
    expect(await hasher.score('zygmuntowicz77', ['zygmuntowicz77'])).toBeLessThan(3)
  })

  it('scores only the beginning of a long password', async () => {
    expect(await hasher.score(`${'a'.repeat(64)}${'winterfell-blue-otter-92'.repeat(8)}`, [])).toBeLessThan(3)
  })

  it('rejects tasks beyond its queue, and beyond one caller’s share of it', async () => {
    const small = createHasher({ workers: 1, queue: 4, queuePerLane: 2, lowerPriority: false }, fast)
    const burst = Array.from({ length: 5 }, () => small.hash('x', 'greedy'))
    const other = small.hash('x', 'patient')
    const results = await Promise.allSettled(burst)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(2)
    for (const { reason } of refused) expect(reason).toBeInstanceOf(HashQueueFull)
    await expect(other).resolves.toMatch(/^\$argon2id/)
    await small.close()
  })

  it('scores passwords while every place in the queue is taken', async () => {
    const small = createHasher({ workers: 1, queue: 1, queuePerLane: 1, lowerPriority: false }, fast)
    const taken = [small.hash('x'), small.hash('x')]
    await expect(small.hash('x')).rejects.toBeInstanceOf(HashQueueFull)
    expect(await small.score('winterfell-blue-otter-92', [])).toBe(4)
    await Promise.all(taken)
    await small.close()
  })

  it('fails for an invalid hash, and keeps working', async () => {
    await expect(hasher.verify('not a hash', 'x')).rejects.toThrow('hashing thread')
    expect(await hasher.hash('still here')).toMatch(/^\$argon2id/)
  })

  it('settles everything when it is closed', async () => {
    const closing = createHasher({ workers: 1, queue: 10, queuePerLane: 10, lowerPriority: false })
    const waiting = [closing.hash('a'), closing.hash('b'), closing.hash('c')]
    const settled = Promise.allSettled(waiting)
    await closing.close()
    expect((await settled).some(({ status }) => status === 'rejected')).toBe(true)
    await expect(closing.hash('late')).rejects.toThrow('stopped')
  })
})
