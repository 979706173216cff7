import { request as call, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard } from './node/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })

test('a handler that writes on while its ended answer waits for a slow reader harms nobody', async () => {
  let revoked = false
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: 'lounge',
    jwks: issuer.jwks(),
    revocation: { standing: () => (revoked ? 'revoked' : 'good'), close: () => {} },
  })
  let wrote = (_error: Error | null | undefined): void => {}
  const wroteOn = new Promise<Error | null | undefined>((resolve) => {
    wrote = resolve
  })
  const listener = guard.stream()((_request, response) => {
    const write = (): void => {
      // more than the other side's buffers take
      for (let i = 0; i < 64 && !response.writableEnded; i++) response.write(Buffer.alloc(64 * 1024))
      revoked = true
      if (response.writableEnded) response.write('late', wrote)
    }
    const timer = setInterval(write, 20)
    response.once('close', () => clearInterval(timer))
  })
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address() as AddressInfo
  const headers = { authorization: `Bearer ${issuer.sign()}` }
  // takes the answer, for one that nobody takes is read and thrown away, and never reads its body
  const client = call({ port, host: '127.0.0.1', headers }, (answer) => answer.pause()).end()
  client.on('error', () => {})
  try {
    // without a listener for it, this error would have ended the process
    expect(await wroteOn).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' })
  } finally {
    client.destroy()
    server.closeAllConnections()
    server.close()
    guard.close()
  }
})
