import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { listen } from './listen.ts'

/** A route that answers when it is told to. */
function gate() {
  const arrived = Promise.withResolvers<void>()
  const open = Promise.withResolvers<void>()
  const fetch = async (): Promise<Response> => {
    arrived.resolve()
    await open.promise
    return new Response('finished')
  }
  return { fetch, arrived: arrived.promise, open: () => open.resolve() }
}

describe('a listener', () => {
  it('finishes requests in flight before it closes, and takes no new ones', async () => {
    const { fetch: handler, arrived, open } = gate()
    const listening = await listen(handler, '127.0.0.1', 0)
    const url = `http://127.0.0.1:${listening.port}/`
    const inFlight = fetch(url).then((response) => response.text())
    await arrived
    const closing = listening.close()
    await expect(fetch(url)).rejects.toThrow()
    open()
    expect(await inFlight).toBe('finished')
    await closing
  })

  it('does not wait for idle connections', async () => {
    const listening = await listen(() => new Response('ok'), '127.0.0.1', 0)
    const socket = connect(listening.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    await Promise.all([listening.close(), closed])
  })

  it('does not wait for connections on which nothing was ever asked', async () => {
    const listening = await listen(() => new Response('ok'), '127.0.0.1', 0, { drainMs: 60_000 })
    const socket = connect(listening.port, '127.0.0.1')
    await once(socket, 'connect')
    // answered after the other connection was taken in
    await (await fetch(`http://127.0.0.1:${listening.port}/`)).text()
    const closed = once(socket, 'close')
    await Promise.all([listening.close(), closed])
  })

  it('ends what takes longer than it waits', async () => {
    const { fetch: handler, arrived, open } = gate()
    const listening = await listen(handler, '127.0.0.1', 0, { drainMs: 1 })
    const inFlight = fetch(`http://127.0.0.1:${listening.port}/`)
    const failed = expect(inFlight).rejects.toThrow()
    await arrived
    await listening.close()
    await failed
    open()
  })

  it('says which port cannot be had', async () => {
    const first = await listen(() => new Response(), '127.0.0.1', 0)
    await expect(listen(() => new Response(), '127.0.0.1', first.port)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    await first.close()
  })

  it.each([
    ['%E0%A4%A', 'a path that is not UTF-8'],
    ['?a=%', 'a query that is cut off'],
  ])('hands over %s (%s)', async (path) => {
    const listening = await listen((request) => new Response(new URL(request.url).href), '127.0.0.1', 0)
    const response = await fetch(`http://127.0.0.1:${listening.port}/${path}`)
    expect(response.status).toBe(200)
    await listening.close()
  })
})
