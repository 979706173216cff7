import { createPublicKey } from 'node:crypto'
import { createGuard, type GuardBase } from '@gatehouse/guard'
import { decodePosition, type FeedKeyFinder } from '@gatehouse/guard/internal/revocation'
import { afterEach, expect, it, vi } from 'vitest'
import { type RunningGatehouse, startGatehouse } from '../../main.ts'
import { loggerTo } from '../../platform/log.ts'
import { testConfig } from '../../testing/context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { freePort } from '../../testing/process.ts'
import { rotateKeys } from '../keys/index.ts'
import { FeedConnections } from './connections.ts'

const guards: GuardBase[] = []
const servers: RunningGatehouse[] = []
afterEach(async () => {
  for (const guard of guards.splice(0)) guard.close()
  for (const server of servers.splice(0)) await server.close()
})

async function start({ config: database }: TestDatabase): Promise<RunningGatehouse> {
  const port = await freePort()
  const config = testConfig({ database, port, issuer: `http://127.0.0.1:${port}` })
  const server = await startGatehouse(config, { log: loggerTo('silent', undefined) })
  servers.push(server)
  return server
}

function follow({ url }: RunningGatehouse, mode: 'stream' | 'poll' = 'stream'): GuardBase {
  const guard = createGuard({
    issuer: url,
    audience: 'api',
    revocation: { mode, pollInterval: 0.1 },
    onError: () => undefined,
  })
  guards.push(guard)
  return guard
}

async function call(
  url: string,
  body: object,
  token?: string,
): Promise<{ token: string; refresh_token: string }> {
  const headers = {
    'Content-Type': 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return JSON.parse((await answer.text()) || '{}')
}

const signUp = ({ url }: RunningGatehouse, username: string) =>
  call(`${url}/auth/sign-up`, { username, password: 'winterfell-blue-otter-92' })
const refused = (guard: GuardBase, token: string, code = 'token_revoked') =>
  vi.waitFor(() => expect(guard.verify(token)).rejects.toMatchObject({ code }), {
    timeout: 5000,
    interval: 20,
  })

describeEachDatabase('the revocation feed over HTTP', (open) => {
  for (const mode of ['stream', 'poll'] as const) {
    it(`${mode}: a guard learns of a sign-out, and of nobody else's`, async () => {
      const server = await start(await open())
      const guard = follow(server, mode)
      const [ana, ben] = [await signUp(server, 'ana'), await signUp(server, 'ben')]
      expect(await guard.verify(ana.token)).toMatchObject({ username: 'ana' })
      await call(`${server.url}/auth/sign-out`, {}, ana.token)
      await refused(guard, ana.token)
      expect(await guard.verify(ben.token)).toMatchObject({ username: 'ben' })
    })
  }

  it('drops a key everywhere in an emergency, at the server too, and accepts what the next one signs', async () => {
    const server = await start(await open())
    const guard = follow(server)
    const ana = await signUp(server, 'ana')
    await guard.verify(ana.token)
    await rotateKeys(server.ctx, { emergency: true })
    await vi.waitFor(() => expect(guard.verify(ana.token)).rejects.toMatchObject({ name: 'TokenError' }), {
      timeout: 5000,
    })
    const me = (token: string) =>
      fetch(`${server.url}/users/me`, { headers: { Authorization: `Bearer ${token}` } })
    expect((await me(ana.token)).status).toBe(401)
    const { token } = await call(`${server.url}/auth/refresh`, { refresh_token: ana.refresh_token })
    expect(await guard.verify(token)).toMatchObject({ username: 'ana' })
    expect((await me(token)).status).toBe(200)
  })

  it('goes on when the feed key is dropped in an emergency', async () => {
    const server = await start(await open())
    const guard = follow(server)
    const ana = await signUp(server, 'ana')
    await guard.verify(ana.token)
    await rotateKeys(server.ctx, { use: 'feed', emergency: true })
    await call(`${server.url}/auth/sign-out`, {}, ana.token)
    await refused(guard, ana.token)
  })

  it('keeps the keys of the feed and of tokens apart', async () => {
    const { url } = await start(await open())
    const kids = async (path: string) =>
      JSON.parse(await (await fetch(url + path)).text()).keys.map(({ kid }: { kid: string }) => kid)
    const [feed, token] = [
      await kids('/.well-known/revocation-jwks.json'),
      await kids('/.well-known/jwks.json'),
    ]
    expect(feed).toHaveLength(1)
    expect(token).toHaveLength(1)
    expect(feed).not.toEqual(token)
  })

  it('answers a question with its nonce signed, and one about nothing new with 304', async () => {
    const { url } = await start(await open())
    const jwks = JSON.parse(await (await fetch(`${url}/.well-known/revocation-jwks.json`)).text())
    const keys: FeedKeyFinder = () => ({
      alg: 'ES256',
      key: createPublicKey({ key: jwks.keys[0], format: 'jwk' }),
    })
    const nonce = 'a-nonce-of-a-listener'
    const first = await fetch(`${url}/revocations?nonce=${nonce}`)
    const { position, snapshot } = JSON.parse(await first.text())
    expect(snapshot).toEqual(expect.any(String))
    const { seq } = await decodePosition(position, url, keys)
    const etag = first.headers.get('ETag') ?? ''
    expect(etag).toBe(`"${seq}"`)
    const again = await fetch(`${url}/revocations?cursor=${seq}&nonce=${nonce}`, {
      headers: { 'If-None-Match': etag },
    })
    expect(again.status).toBe(304)
    expect(await decodePosition(again.headers.get('Gatehouse-Position') ?? '', url, keys)).toMatchObject({
      seq,
      nonce,
    })
  })

  it('refuses a cursor or nonce that is none', async () => {
    const { url } = await start(await open())
    for (const query of [
      'cursor=x',
      'cursor=-1',
      'cursor=1.5',
      'cursor=1e30',
      'nonce=short',
      `nonce=${'a'.repeat(200)}`,
      'more=1',
    ]) {
      expect((await fetch(`${url}/revocations?${query}`)).status).toBe(422)
    }
    expect((await fetch(`${url}/revocations?cursor=123456`)).status).toBe(200)
  })
})

it('admits listeners up to a number in all and from one address, and again when some have left', async () => {
  const connections = new FeedConnections({ inAll: 3, byAddress: 2 })
  const greet = () => ({ parts: ['x'], sequence: 0 })
  const first = connections.open('192.0.2.1', greet)
  connections.open('192.0.2.1', greet)
  expect(() => connections.open('192.0.2.1', greet)).toThrow(
    expect.objectContaining({ code: 'too_many_listeners' }),
  )
  connections.open('192.0.2.2', greet)
  expect(() => connections.open('192.0.2.3', greet)).toThrow(
    expect.objectContaining({ code: 'too_many_listeners' }),
  )
  await first.cancel()
  connections.open('192.0.2.1', greet)
  // one household has a whole network of IPv6
  connections.closeAll()
  connections.open('2001:db8::1', greet)
  connections.open('2001:db8::2', greet)
  expect(() => connections.open('2001:db8::3', greet)).toThrow('Too many')
})

it('cuts off a listener who does not read', () => {
  const connections = new FeedConnections({ inAll: 3, byAddress: 2 })
  connections.open('192.0.2.1', () => ({ parts: ['x'], sequence: 0 }))
  for (let i = 0; i < 40; i++) for (const listener of connections) listener.send('y'.repeat(64 * 1024))
  expect(connections.size).toBe(0)
})
