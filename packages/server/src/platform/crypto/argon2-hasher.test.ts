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

  it('knows the right password from a wrong one', async () => {
    const hash = await hasher.hash('correct horse')
    expect(await hasher.verify(hash, 'correct horse')).toBe(true)
    expect(await hasher.verify(hash, 'correct horsf')).toBe(false)
  })

  it('never hashes alike twice', async () => {
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'))
  })

  it('checks a password of nobody without ever accepting it', async () => {
    const parameters: string[] = []
    const run = HashPool.prototype.run
    const spy = vi.spyOn(HashPool.prototype, 'run').mockImplementation(function (this: HashPool, task, lane) {
      if (task.kind === 'verify') parameters.push(task.hash.split('$').slice(0, 4).join('$'))
      return run.call(this, task, lane)
    })
    expect(await hasher.verifyNothing('anything')).toBe(false)
    await hasher.verify(await hasher.hash('x'), 'x')
    spy.mockRestore()
    // One check of the same parameters, like anybody's.
    expect(parameters).toEqual(['$argon2id$v=19$m=8,t=1,p=1', '$argon2id$v=19$m=8,t=1,p=1'])
  })

  it('asks for a new hash once parameters have changed', async () => {
    expect(hasher.needsRehash(await hasher.hash('x'))).toBe(false)
    expect(hasher.needsRehash('$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA')).toBe(true)
  })

  it('scores passwords, the username counting as known', async () => {
    expect(await hasher.score('password1', [])).toBeLessThan(3)
    expect(await hasher.score('winterfell-blue-otter-92', [])).toBe(4)
    expect(await hasher.score('zygmuntowicz77', ['zygmuntowicz77'])).toBeLessThan(3)
  })

  it('reads no more than the beginning of a long password', async () => {
    expect(await hasher.score(`${'a'.repeat(64)}${'winterfell-blue-otter-92'.repeat(8)}`, [])).toBeLessThan(3)
  })

  it('refuses beyond its queue, and beyond one caller’s part of it', async () => {
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

  it('says what a password is worth while every place for hashing is taken', async () => {
    const small = createHasher({ workers: 1, queue: 1, queuePerLane: 1, lowerPriority: false }, fast)
    const taken = [small.hash('x'), small.hash('x')]
    await expect(small.hash('x')).rejects.toBeInstanceOf(HashQueueFull)
    expect(await small.score('winterfell-blue-otter-92', [])).toBe(4)
    await Promise.all(taken)
    await small.close()
  })

  it('fails what is not a hash, and goes on', async () => {
    await expect(hasher.verify('not a hash', 'x')).rejects.toThrow('hashing thread')
    expect(await hasher.hash('still here')).toMatch(/^\$argon2id/)
  })

  it('lets nothing hang when it is closed', async () => {
    const closing = createHasher({ workers: 1, queue: 10, queuePerLane: 10, lowerPriority: false })
    const waiting = [closing.hash('a'), closing.hash('b'), closing.hash('c')]
    const settled = Promise.allSettled(waiting)
    await closing.close()
    expect((await settled).some(({ status }) => status === 'rejected')).toBe(true)
    await expect(closing.hash('late')).rejects.toThrow('stopped')
  })
})
