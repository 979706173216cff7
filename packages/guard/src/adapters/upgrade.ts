import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { GuardCore, Prepared } from '../core.ts'
import { runAs } from '../policy/current.ts'
import type { Answer } from '../policy/render.ts'
import type { Auth } from '../policy/types.ts'
import { NodeFacts } from './node-facts.ts'

/** What takes over a connection that is no longer HTTP, such as `handleUpgrade` of a WebSocket server. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer, auth: Auth) => void

/** What listens to a server's `upgrade` event. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Lets a connection change its protocol only for who meets the rules; it is cut when the token ends. */
export function guardUpgrade(core: GuardCore, { plan }: Prepared, handler: UpgradeHandler): UpgradeListener {
  return (request, socket, head) => {
    if (plan === undefined) return
    // the socket is ours until the handler has it, so an error on it must not end the process
    const ignore = (): void => {}
    socket.on('error', ignore)
    const facts = new NodeFacts(request, request, undefined)
    Promise.resolve(core.decide(plan, facts))
      .then(({ decision, auth }) => {
        if (!decision.allowed) return refuse(socket, core.answer(decision, request))
        if (auth === undefined || socket.destroyed) return socket.destroy()
        socket.off('error', ignore)
        socket.once(
          'close',
          core.watch(auth, () => socket.destroy()),
        )
        return runAs(auth, () => handler(request, socket, head, auth))
      })
      .catch((error: unknown) => socket.destroy(error instanceof Error ? error : undefined))
  }
}

function refuse(socket: Duplex, { status, headers, body }: Answer): void {
  const text = JSON.stringify(body)
  const fields = { ...headers, 'Content-Length': String(Buffer.byteLength(text)), Connection: 'close' }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`)
}
