import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer } from 'node:tls'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { gateTo } from '../testing/gate.ts'
import { redisPort } from '../testing/redis.ts'
import { redisThrottles } from './redis-throttles.ts'
import { type RedisAddress, readRedisUrl } from './redis-url.ts'
import { createThrottles, type Throttle } from './throttles.ts'

const limits = { attempts: 3, seconds: 60 }
const prefix = `gatehouse-test-${randomBytes(4).toString('hex')}:`

describe.skipIf(redisPort === undefined)('throttles in Redis (needs one at 127.0.0.1:6379)', () => {
  const client = redisPort === undefined ? undefined : new Redis(redisPort)
  afterAll(async () => {
    const keys = (await client?.keys(`${prefix}*`)) ?? []
    if (keys.length > 0) await client?.del(keys)
    client?.disconnect()
  })

  const address = (changes: Partial<RedisAddress> = {}): RedisAddress => ({
    ...readRedisUrl(`redis://127.0.0.1:${redisPort}/0?prefix=${prefix}`),
    ...changes,
  })
  /** Throttles as one instance has them, and what it hears of Redis. */
  const instance = async (at: RedisAddress = address()) => {
    const heard: string[] = []
    let close = async (): Promise<void> => undefined
    const throttles = createThrottles(undefined, (fallback) => {
      const redis = redisThrottles(at, { fallback, onChange: (state) => void heard.push(state) })
      close = redis.close
      return redis
    })
    onTestFinished(() => close())
    return { throttles, heard }
  }
  /** Waits until attempts reach Redis: a client connects in the background, and counts elsewhere until then. */
  const untilConnected = async (throttle: Throttle, probe: string): Promise<void> => {
    for (let i = 0; i < 200; i += 1) {
      await throttle.count(probe)
      if ((await client?.exists(`${prefix}${probe}:${probe}`)) === 1) return
      await pause(50)
    }
    throw new Error('no attempt reached Redis')
  }
  const connected = async (name: string, at?: RedisAddress) => {
    const { throttles, heard } = await instance(at)
    await untilConnected(throttles.limiter(name, limits), name)
    return { throttles, heard, throttle: throttles.limiter(name, limits) }
  }

  test('count for all instances alike, 50 at once exactly', async () => {
    const instances = await Promise.all([connected('shared'), connected('shared')])
    const waits = await Promise.all(
      Array.from({ length: 50 }, (_, i) => instances[i % 2]?.throttle.take('ana')),
    )
    expect(waits.filter((wait) => wait === 0)).toHaveLength(limits.attempts)
    expect(Math.max(...waits.map(Number))).toBeLessThanOrEqual(60_000)
    expect(await instances[0].throttle.made('ana')).toBe(50)
  })

  test('give back, forget, tell what is left, and expire', async () => {
    const { throttle } = await connected('whole')
    expect(await throttle.attempt('ben')).toMatchObject({ name: 'whole', quota: 3, remaining: 2, waitMs: 0 })
    await throttle.giveBack('ben')
    expect(await throttle.attempt('ben')).toMatchObject({ remaining: 2 })
    await throttle.clear('ben')
    expect(await throttle.made('ben')).toBe(0)
    await throttle.take('ben')
    const ttl = await client?.pttl(`${prefix}whole:ben`)
    expect(ttl).toBeGreaterThan(0)
    expect(ttl).toBeLessThanOrEqual(60_000)
  })

  test('are counted elsewhere while Redis is away, and there again once it is back', async () => {
    const gate = await gateTo(redisPort ?? 0)
    onTestFinished(() => gate.close())
    const { throttle, heard } = await connected('away', address({ port: gate.port }))
    gate.refuse()
    const waits: number[] = []
    for (let i = 0; i < 5; i += 1) waits.push(await throttle.take('cleo'))
    expect(waits.map((wait) => wait > 0)).toEqual([false, false, false, true, true])
    expect(heard).toEqual(['lost'])
    expect(await client?.exists(`${prefix}away:cleo`)).toBe(0)
    gate.open()
    await untilConnected(throttle, 'away')
    while (!heard.includes('back')) {
      await throttle.count('probe')
      await pause(50)
    }
    await throttle.count('dora')
    expect(await client?.exists(`${prefix}away:dora`)).toBe(1)
  })

  test('do not wait for a Redis that swallows everything', async () => {
    const gate = await gateTo(redisPort ?? 0)
    onTestFinished(() => gate.close())
    const { throttle, heard } = await connected('silent', address({ port: gate.port }))
    gate.swallow()
    const counts: number[] = []
    for (let i = 0; i < 20; i += 1) counts.push(await throttle.count('eve'))
    expect(counts.at(-1)).toBeGreaterThanOrEqual(19)
    expect(heard[0]).toBe('lost')
  })

  test('a certificate that nobody vouches for is refused, and attempts are counted elsewhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-tls-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    execFileSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    })
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (near) => {
      const far = connect(redisPort ?? 0, '127.0.0.1')
      near.pipe(far).pipe(near)
      near.on('error', () => far.destroy())
    }).on('tlsClientError', () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { throttles, heard } = await instance(address({ host: 'localhost', port, tls: true }))
    const throttle = throttles.limiter('tls', limits)
    for (let i = 0; i < 200 && heard.length === 0; i += 1) {
      await throttle.count('fay')
      await pause(20)
    }
    expect(heard).toEqual(['lost'])
    expect(await client?.exists(`${prefix}tls:fay`)).toBe(0)
  })
})

describe('the address of a Redis', () => {
  test('names host, port, database, user, TLS and prefix', () => {
    expect(readRedisUrl('rediss://ann:p%40ss@cache.example.com:6380/2?prefix=acme:')).toEqual({
      host: 'cache.example.com',
      port: 6380,
      tls: true,
      username: 'ann',
      password: 'p@ss',
      database: 2,
      prefix: 'acme:',
    })
    expect(readRedisUrl('redis://[::1]')).toMatchObject({ host: '::1', port: 6379, tls: false, database: 0 })
  })

  test.each([
    ['http://cache', 'redis://'],
    ['redis:', 'redis://'],
    ['redis://cache/x', 'number'],
    ['redis://cache?tls=off', 'prefix'],
    ['redis://cache?prefix=a%20b', 'prefix'],
    ['redis://a:%zz@cache', '%25'],
  ])('refuses %s', (text, told) => {
    expect(() => readRedisUrl(text)).toThrow(told)
  })
})
