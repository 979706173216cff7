import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Claims } from '../verify/types.ts'
import { FeedSource, type FeedSourceOptions } from './source.ts'
import { testFeedKey } from './testing/feed-keys.ts'
import { TestFeedServer } from './testing/feed-server.ts'
import { always, digestOf, encodeChange } from './wire.ts'

let server: TestFeedServer
let open: FeedSource[]
const dropKey = vi.fn()
const refreshKeys = vi.fn(async () => {})
const errors: string[] = []
const expires = Math.floor(Date.now() / 1000) + 700

beforeEach(async () => {
  server = await new TestFeedServer().start()
  open = []
  errors.length = 0
  dropKey.mockClear()
  refreshKeys.mockClear()
})

afterEach(async () => {
  for (const source of open) source.close()
  await server.stop()
})

function follow(options: Partial<FeedSourceOptions> = {}): FeedSource {
  const source = new FeedSource({
    issuer: server.issuer,
    keys: { dropKey, refreshKeys },
    staleness: 10_000,
    required: true,
    pollInterval: 20,
    onError: (error, what) => errors.push(`${what}: ${error instanceof Error ? error.message : error}`),
    ...options,
  })
  open.push(source)
  return source
}

const token = (claims: Claims = {}): Claims => ({
  sub: 'u',
  sid: 's',
  iat: 1_700_000_000,
  roles: ['member'],
  ...claims,
})
const revokeSession = (sid: string) =>
  server.revoke({ type: 'session-revoked', digest: digestOf('sid', sid), cut: always, expires })
const becomes = (standing: string, source: FeedSource, claims: Claims, kid?: string) =>
  vi.waitFor(async () => expect(await source.standing(claims, kid)).toBe(standing), {
    timeout: 5000,
    interval: 10,
  })

for (const mode of ['stream', 'poll'] as const) {
  test(`${mode}: rejects what was revoked before and after connecting, and nothing else`, async () => {
    revokeSession('before')
    const source = follow({ mode })
    expect(await source.standing(token({ sid: 'before' }), 'k')).toBe('revoked')
    expect(source.standing(token(), 'k')).toBe('good')
    const remembered = token({ sid: 'after' })
    expect(source.standing(remembered, 'k')).toBe('good')
    revokeSession('after')
    await becomes('revoked', source, remembered)
    expect(source.standing(token(), 'k')).toBe('good')
    expect(errors).toEqual([])
  })

  test(`${mode}: resumes without a gap after the server restarts`, async () => {
    const source = follow({ mode })
    expect(await source.standing(token(), 'k')).toBe('good')
    await server.stop()
    revokeSession('meanwhile')
    await server.start()
    await becomes('revoked', source, token({ sid: 'meanwhile' }))
  })

  test(`${mode}: a database restore revives no token, and new revocations still arrive`, async () => {
    revokeSession('one')
    revokeSession('two')
    const source = follow({ mode })
    expect(await source.standing(token({ sid: 'two' }), 'k')).toBe('revoked')
    await server.stop()
    server.changes = []
    await server.start()
    revokeSession('three')
    await becomes('revoked', source, token({ sid: 'three' }))
    expect(source.standing(token({ sid: 'two' }), 'k')).toBe('revoked')
  })
}

test('makes no call to the issuer for a request', async () => {
  const source = follow()
  await source.standing(token(), 'k')
  const before = server.requests.length
  for (let i = 0; i < 1000; i++) expect(source.standing(token({ sid: `s${i}` }), 'k')).toBe('good')
  expect(server.requests.length).toBe(before)
})

test('a change of claims rejects older tokens of the user or role, but not newer ones', async () => {
  const source = follow()
  await source.standing(token(), 'k')
  const place = server.place + 1
  server.revoke({ type: 'token-claims-change', digest: digestOf('role', 'editor'), cut: place, expires })
  await becomes('revoked', source, token({ roles: ['member', 'editor'], rev: place - 1 }))
  expect(source.standing(token({ roles: ['editor'], rev: place }), 'k')).toBe('good')
  expect(source.standing(token({ roles: ['member'], rev: place - 1 }), 'k')).toBe('good')
  server.revoke({ type: 'credential-change', digest: digestOf('sub', 'u'), cut: place + 1, expires })
  await becomes('revoked', source, token({ rev: place }))
  expect(source.standing(token({ rev: place + 1 }), 'k')).toBe('good')
})

test('drops a dropped key at once, and fetches a new one', async () => {
  const source = follow()
  await source.standing(token(), 'k1')
  server.revoke({ type: 'key-published', digest: digestOf('kid', 'k2'), kid: 'k2', cut: 0, expires })
  await vi.waitFor(() => expect(refreshKeys).toHaveBeenCalledTimes(1))
  expect(dropKey).not.toHaveBeenCalled()
  expect(source.standing(token(), 'k2')).toBe('good')
  server.revoke({ type: 'key-revoked', digest: digestOf('kid', 'k1'), kid: 'k1', cut: always, expires })
  await becomes('revoked', source, token(), 'k1')
  expect(dropKey).toHaveBeenCalledWith('k1')
  expect(source.standing(token(), 'k2')).toBe('good')
})

test('rejects a key that a snapshot lists as dropped, and drops it on first use', async () => {
  server.revoke({ type: 'key-revoked', digest: digestOf('kid', 'k1'), kid: 'k1', cut: always, expires })
  const source = follow()
  expect(await source.standing(token(), 'k1')).toBe('revoked')
  expect(dropKey).toHaveBeenCalledWith('k1')
})

test('rejects forged changes, and reconnects for the real ones', async () => {
  const source = follow()
  await source.standing(token(), 'k')
  const forger = testFeedKey(server.key.kid)
  let forged = 0
  server.onStream = (listener) => {
    server.stream(listener)
    if (forged++ > 0) return
    const change = {
      type: 'session-revoked',
      digest: digestOf('sid', 's'),
      cut: always,
      expires,
      at: 1,
    } as const
    listener.send(
      'change',
      encodeChange({ ...change, prev: server.place, seq: server.place + 1 }, server.issuer, forger),
    )
  }
  await server.stop()
  await server.start()
  await vi.waitFor(() => expect(forged).toBe(2), { timeout: 5000 })
  revokeSession('true')
  await becomes('revoked', source, token({ sid: 'true' }))
  expect(source.standing(token(), 'k')).toBe('good')
})

test('rejects a feed that is not signed with a published feed key', async () => {
  server.published = [testFeedKey(server.key.kid)]
  revokeSession('s')
  let now = 0
  const source = follow({ monotonic: () => now })
  const waiting = source.standing(token(), 'k')
  await vi.waitFor(() => expect(errors.join()).toContain('the signature does not match'), { timeout: 5000 })
  now = 2000
  source.close()
  expect(await waiting).toBe('stale')
})

test('picks up a rotated feed key', async () => {
  const source = follow()
  await source.standing(token(), 'k')
  await server.stop()
  server.key = testFeedKey('feed-2')
  await server.start()
  revokeSession('x')
  await becomes('revoked', source, token({ sid: 'x' }))
})

test('while the server is unreachable, the feed turns stale, revoked tokens stay revoked, and no request waits', async () => {
  let skip = 0
  revokeSession('gone')
  const source = follow({ monotonic: () => performance.now() + skip })
  expect(await source.standing(token(), 'k')).toBe('good')
  await server.stop()
  skip = 9000
  expect(source.standing(token(), 'k')).toBe('good')
  skip = 20_000
  expect(source.standing(token(), 'k')).toBe('stale')
  expect(source.standing(token({ sid: 'gone' }), 'k')).toBe('revoked')
  await server.start()
  await becomes('good', source, token())
})

test('requests wait for the first snapshot, and not later', async () => {
  server.onStream = () => {}
  let now = 0
  const source = follow({ monotonic: () => now, mode: 'stream' })
  const waiting = source.standing(token(), 'k')
  expect(waiting).toBeInstanceOf(Promise)
  now = 2000
  expect(source.standing(token(), 'k')).toBe('stale')
  expect(await waiting).toBe('stale')
})

test('accepts an issuer without a feed, unless one is required', async () => {
  server.announces = false
  expect(await follow({ required: false }).standing(token(), 'k')).toBe('good')
  expect(await follow({ required: true }).standing(token(), 'k')).toBe('stale')
  expect(errors).toEqual(['revocation: The issuer announces no revocation feed.'])
})

test('falls back to polling if streaming delivers nothing', async () => {
  server.onStream = ({ response }) => response.end()
  const source = follow({ mode: 'auto' })
  await becomes('good', source, token())
  revokeSession('x')
  await becomes('revoked', source, token({ sid: 'x' }))
})

test('polling: rejects an unsigned or replayed "nothing new"', async () => {
  const source = follow({ mode: 'poll' })
  await source.standing(token(), 'k')
  const old = server.position('an old nonce')
  server.onPoll = ({ response }) => response.writeHead(304, { 'gatehouse-position': old }).end()
  await vi.waitFor(() => expect(errors.join()).toContain('the answer to another question'), { timeout: 5000 })
  errors.length = 0
  server.onPoll = ({ response }) => response.writeHead(304).end()
  revokeSession('x')
  expect(source.standing(token({ sid: 'x' }), 'k')).toBe('good')
  server.onPoll = undefined
  await becomes('revoked', source, token({ sid: 'x' }))
})

test('following the feed does not keep the process alive', async () => {
  const script = new URL('./testing/ask-once.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [script, server.issuer], { timeout: 15_000 })
  expect(stdout).toBe('good\n')
})
