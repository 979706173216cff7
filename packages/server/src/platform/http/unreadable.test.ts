import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listening, listen } from './listen.ts'

let listening: Listening
let reached: string[] = []
beforeAll(async () => {
  const fetch = (request: Request): Response => {
    reached.push(request.url)
    return new Response('reached')
  }
  listening = await listen(fetch, '127.0.0.1', 0)
})
afterAll(() => listening.close())

/** Sends bytes as they are, and reads until the server closes the connection. */
async function exchange(bytes: string): Promise<{ status: number; headers: string; body: string }> {
  reached = []
  const socket = connect(listening.port, '127.0.0.1')
  socket.write(Buffer.from(bytes, 'latin1'))
  const answer = await text(socket)
  const [headers = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1]), headers, body }
}

const close = 'Connection: close\r\n\r\n'

describe('a request that cannot be read', () => {
  it.each([
    ['a Host with a space', `GET / HTTP/1.1\r\nHost: a b\r\n${close}`, 400],
    ['a Host that is a broken IPv6 address', `GET / HTTP/1.1\r\nHost: [::1\r\n${close}`, 400],
    ['a Host with a path', `GET / HTTP/1.1\r\nHost: a/b\r\n${close}`, 400],
    ['a Host with a user', `GET / HTTP/1.1\r\nHost: u@b\r\n${close}`, 400],
    ['a Host with a port that is none', `GET / HTTP/1.1\r\nHost: a:99999\r\n${close}`, 400],
    ['a Host with NUL, escaped', `GET / HTTP/1.1\r\nHost: a%00b\r\n${close}`, 400],
    ['a Host that is not ASCII', `GET / HTTP/1.1\r\nHost: \xe9\r\n${close}`, 400],
    ['no Host', `GET / HTTP/1.1\r\n${close}`, 400],
    ['no Host, and a body', `POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc`, 400],
    ['two Hosts', `GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n${close}`, 400],
    ['an absolute target without a host', `GET http:// HTTP/1.1\r\nHost: a\r\n${close}`, 400],
    ['an absolute target with a broken host', `GET http://[/ HTTP/1.1\r\nHost: a\r\n${close}`, 400],
    ['an absolute target of another scheme', `GET ftp://a/ HTTP/1.1\r\nHost: a\r\n${close}`, 400],
    ['a target that is `*`', `GET * HTTP/1.1\r\nHost: a\r\n${close}`, 400],
    ['a target without a slash', 'GET healthz HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a method that HTTP does not have', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a version that HTTP does not have', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    ['no HTTP at all', '\x16\x03\x01\x02\x00', 400],
    ['headers of 20 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
  ])('because of %s gets a problem document, and reaches no handler', async (_, bytes, status) => {
    const answer = await exchange(bytes)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatch(/^content-type: application\/problem\+json$/im)
    expect(answer.headers).toMatch(/^x-content-type-options: nosniff$/im)
    const problem = JSON.parse(answer.body)
    expect(problem).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) })
    expect(answer.headers.toLowerCase()).toContain(`x-request-id: ${problem.request_id}`)
    expect(reached).toEqual([])
  })

  it('takes no other request down with it', async () => {
    await Promise.all(['GET / HTTP/1.1\r\nHost: [\r\n\r\n', 'garbage\r\n\r\n'].map(half))
    expect((await fetch(`http://127.0.0.1:${listening.port}/`)).status).toBe(200)
  })

  /** Sends something and hangs up without reading. */
  async function half(bytes: string): Promise<void> {
    const socket = connect(listening.port, '127.0.0.1')
    await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
    socket.destroy()
  }
})

describe('a request that is unusual but proper', () => {
  it.each([
    ['an absolute target, whose host wins', `GET http://b/x HTTP/1.1\r\nHost: a\r\n${close}`, 'http://b/x'],
    ['a Host in capitals', `GET /x HTTP/1.1\r\nHOST: LOCALHOST\r\n${close}`, 'http://localhost/x'],
    ['HTTP/1.0 without a Host', 'GET /x HTTP/1.0\r\n\r\n', 'http://127.0.0.1/x'],
    [
      'an expectation that nobody knows',
      `GET /x HTTP/1.1\r\nHost: a\r\nExpect: 200-maybe\r\n${close}`,
      'http://a/x',
    ],
  ])('is answered: %s', async (_, bytes, url) => {
    expect((await exchange(bytes)).status).toBe(200)
    expect(reached).toEqual([url])
  })
})
