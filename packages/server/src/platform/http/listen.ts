import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { answerUnreadable, maxHeaderBytes, refuseHost, writeProblem } from './unreadable.ts'

export interface ListenOptions {
  /** Milliseconds that requests in flight have to finish once the server stops; 10 s by default. */
  readonly drainMs?: number
}

export interface Listening {
  readonly port: number
  /** Stops accepting connections, lets requests in flight finish for a time, then closes the rest. */
  close(): Promise<void>
}

type Fetch = (request: Request, env: unknown) => Response | Promise<Response>

/**
 * Serves `fetch` over HTTP/1.1, with limits on everything that a slow or idle client could hold.
 *
 * @throws Error with Node's code (`EADDRINUSE`, `EACCES`) when the address is not available
 */
export function listen(
  fetch: Fetch,
  host: string,
  port: number,
  { drainMs = 10_000 }: ListenOptions = {},
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const handle = getRequestListener(fetch, { hostname: host, errorHandler: answerUnreadable })
    const server = createServer(
      {
        requestTimeout: 30_000,
        headersTimeout: 15_000,
        keepAliveTimeout: 65_000,
        maxHeaderSize: maxHeaderBytes,
        // `refuseHost` answers with a problem document where Node would send a plain 400
        requireHostHeader: false,
      },
      (incoming: IncomingMessage, outgoing: ServerResponse) => {
        if (!refuseHost(incoming, outgoing)) void handle(incoming, outgoing)
      },
    )
    const sockets = new Map<Socket, ServerResponse | undefined>()
    server.on('connection', (socket: Socket) => {
      sockets.set(socket, undefined)
      socket.once('close', () => sockets.delete(socket))
    })
    server.once('error', reject)
    server.on('request', ({ socket }, response) => {
      sockets.set(socket, response)
      // a kept-alive connection would delay the shutdown
      response.once('close', () => {
        if (!server.listening) setImmediate(() => server.closeIdleConnections())
      })
    })
    // an unknown expectation may be ignored (RFC 9110, section 10.1.1)
    server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing))
    server.on('clientError', (error, socket: Socket) => {
      const response = sockets.get(socket)
      const isAnswering = response?.headersSent === true && !response.writableFinished
      void writeProblem(socket, isAnswering ? undefined : error)
    })
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo
      resolve({ port: bound, close: () => close(server, sockets.keys(), drainMs) })
    })
  })
}

function close(server: Server, sockets: Iterable<Socket>, drainMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs)
    server.close((error) => {
      clearTimeout(timer)
      if (error === undefined) resolve()
      else reject(error)
    })
    server.closeIdleConnections()
    // opened ahead of need and never used: Node does not count them as idle
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  })
}
