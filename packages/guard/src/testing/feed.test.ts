import { afterEach, expect, it, vi } from 'vitest'
import { createGuard } from '../guard.ts'
import { createTestIssuer, type ListeningIssuer } from './index.ts'

let listening: ListeningIssuer | undefined
afterEach(() => listening?.close())

async function start(onStale: 'allow' | 'deny', mode: 'stream' | 'poll') {
  const issuer = createTestIssuer()
  listening = await issuer.listen({ feed: true })
  const revocation = { staleness: '1s', onStale, mode, pollInterval: 0.1 } as const
  const guard = createGuard({ issuer: issuer.issuer, audience: 'test-api', revocation, onError: () => {} })
  return { issuer, guard, listening }
}

it.each(['stream', 'poll'] as const)(
  'tells guards of what is revoked, before and while they listen (%s)',
  async (mode) => {
    const { issuer, guard, listening } = await start('deny', mode)
    listening.revoke({ sid: 'old' })
    await expect(guard.verify(issuer.sign({ sid: 'old' }))).rejects.toMatchObject({ code: 'token_revoked' })
    const token = issuer.sign({ sid: 'new' })
    expect(await guard.verify(token)).toMatchObject({ sid: 'new' })
    listening.revoke({ sid: 'new' })
    await vi.waitFor(() => expect(guard.verify(token)).rejects.toMatchObject({ code: 'token_revoked' }), 3000)
    guard.close()
  },
)

it('grows stale when it is stopped, and fresh again', async () => {
  const { issuer, guard, listening } = await start('deny', 'stream')
  const token = issuer.sign()
  await guard.verify(token)
  listening.stopFeed()
  await vi.waitFor(
    () => expect(guard.verify(token)).rejects.toMatchObject({ code: 'revocation_stale' }),
    5000,
  )
  listening.startFeed()
  await vi.waitFor(() => guard.verify(token), 10_000)
  guard.close()
})

it('has none unless asked to', async () => {
  const plain = await createTestIssuer().listen()
  listening = plain
  expect(() => plain.revoke({ sid: 'x' })).toThrow('feed: true')
})
