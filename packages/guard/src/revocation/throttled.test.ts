import { afterEach, expect, test, vi } from 'vitest'
import { secondsUntil } from './http.ts'
import { FeedSource, type FeedSourceOptions } from './source.ts'
import { TestFeedServer } from './testing/feed-server.ts'
import { always, digestOf } from './wire.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const claims = (sid: string) => ({ sub: 'u', sid, iat: 1_700_000_000 })

async function start(): Promise<TestFeedServer> {
  const server = await new TestFeedServer().start()
  closing.push(() => server.stop())
  return server
}

function follow({ issuer }: TestFeedServer, options: Partial<FeedSourceOptions>): FeedSource {
  const source = new FeedSource({
    issuer,
    keys: { dropKey: () => {}, refreshKeys: async () => {} },
    staleness: 10_000,
    required: true,
    pollInterval: 20,
    onError: () => {},
    ...options,
  })
  closing.push(() => source.close())
  return source
}

const revoke = (server: TestFeedServer, sid: string) =>
  server.revoke({
    type: 'session-revoked',
    digest: digestOf('sid', sid),
    cut: always,
    expires: Math.floor(Date.now() / 1000) + 700,
  })
const becomes = (standing: string, source: FeedSource, sid: string) =>
  vi.waitFor(async () => expect(await source.standing(claims(sid), 'k')).toBe(standing), {
    timeout: 20_000,
    interval: 20,
  })

/** Follows a feed that asks for five seconds, and rejects earlier requests; returns how often it did. */
async function refusalsOf(mode: 'stream' | 'poll' | 'auto'): Promise<number> {
  const server = await start()
  revoke(server, 'ended')
  let [refusals, until] = [0, Number.POSITIVE_INFINITY]
  server.throttle = () => {
    if (refusals === 0) until = performance.now() + 4900
    if (performance.now() > until) return undefined
    refusals += 1
    return '5'
  }
  const source = follow(server, { mode })
  // nothing is known, so neither token counts as good
  expect(await source.standing(claims('ended'), 'k')).toBe('stale')
  expect(await source.standing(claims('other'), 'k')).toBe('stale')
  await becomes('revoked', source, 'ended')
  expect(source.standing(claims('other'), 'k')).toBe('good')
  const metadata = server.requests.filter(({ path }) => path.startsWith('/.well-known/'))
  expect(metadata).toHaveLength(1)
  return refusals
}

test('honors Retry-After, and treats nothing as good in the meantime', async () => {
  expect(await Promise.all([refusalsOf('stream'), refusalsOf('poll'), refusalsOf('auto')])).toEqual([1, 1, 1])
})

test('while throttled, revoked tokens stay revoked and the rest becomes stale', async () => {
  const server = await start()
  revoke(server, 'ended')
  let skip = 0
  let refusals = 0
  const source = follow(server, { mode: 'poll', monotonic: () => performance.now() + skip })
  expect(await source.standing(claims('other'), 'k')).toBe('good')
  server.throttle = () => {
    refusals += 1
    return '1'
  }
  await vi.waitFor(() => expect(refusals).toBe(1))
  revoke(server, 'meanwhile')
  skip = 20_000
  expect(source.standing(claims('ended'), 'k')).toBe('revoked')
  expect(source.standing(claims('meanwhile'), 'k')).toBe('stale')
  server.throttle = undefined
  await becomes('revoked', source, 'meanwhile')
  await becomes('good', source, 'other')
})

test('reads Retry-After as seconds or a date, and ignores anything else', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0)
  expect(secondsUntil('0', now)).toBe(0)
  expect(secondsUntil('120', now)).toBe(120)
  expect(secondsUntil('Thu, 01 Jan 2026 12:00:30 GMT', now)).toBe(30)
  for (const odd of [undefined, '', 'soon', '-5', '1e9', 'Thu, 01 Jan 2026 11:59:00 GMT']) {
    expect(secondsUntil(odd, now)).toBeUndefined()
  }
})
