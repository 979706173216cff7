import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { serve } from '@hono/node-server'

export interface ListenOptions {
  /** Milliseconds that requests in flight may take to finish once the server stops; 10 s if not given. */
  readonly drainMs?: number
}

export interface Listening {
  readonly port: number
  /** Takes no new connection, lets requests in flight finish for a time, and closes what is left then. */
  close(): Promise<void>
}

type Fetch = (request: Request, env: unknown) => Response | Promise<Response>

/**
 * Serves `fetch` over HTTP/1.1 with limits on everything that a slow or idle client could hold.
 *
 * @throws Error with Node's code (`EADDRINUSE`, `EACCES`) when the address cannot be had
 */
export function listen(
  fetch: Fetch,
  host: string,
  port: number,
  { drainMs = 10_000 }: ListenOptions = {},
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch,
        hostname: host,
        port,
        serverOptions: {
          requestTimeout: 30_000,
          headersTimeout: 15_000,
          keepAliveTimeout: 65_000,
          maxHeaderSize: 16 * 1024,
        },
      },
      ({ port: bound }: AddressInfo) =>
        resolve({ port: bound, close: () => close(server as Server, sockets, drainMs) }),
    ) as Server
    const sockets = new Set<Socket>()
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    server.once('error', reject)
    server.on('request', (_, response) => {
      // A connection that is kept alive would hold up the end of a server that has stopped listening.
      response.once('close', () => {
        if (!server.listening) setImmediate(() => server.closeIdleConnections())
      })
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
    // opened ahead of need, and never used: to Node they are not idle but about to ask
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  })
}
