import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { GuardCore, Ruled } from '../core.ts'
import { runAs } from '../policy/current.ts'
import { type Answer, textOf } from '../policy/refusals.ts'
import type { Auth } from '../policy/types.ts'
import { NodeFacts } from './node-facts.ts'

/** What takes over a connection that is no longer HTTP, such as `handleUpgrade` of a WebSocket server. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer, auth: Auth) => unknown

/** What listens to a server's `upgrade` event. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Upgrades a connection only for callers who meet the rules; it is closed when the token ends. */
export function guardUpgrade(core: GuardCore, { plan }: Ruled, handler: UpgradeHandler): UpgradeListener {
  const handle = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    // an error on a socket to which nobody listens would end the process
    socket.on('error', () => {})
    const before = written(socket)
    try {
      const { decision, auth } = await core.decide(plan, new NodeFacts(request, request, undefined))
      if (!decision.allowed) {
        answer(socket, core.answer(decision, request))
        return
      }
      if (auth === undefined || socket.destroyed) {
        socket.destroy()
        return
      }
      socket.once(
        'close',
        core.watch(auth, () => socket.destroy()),
      )
      await runAs(auth, () => handler(request, socket, head, auth))
    } catch (error) {
      const failed = core.failure(error, request)
      // after the handler's first byte, the other side no longer reads HTTP
      if (before !== undefined && written(socket) === before) answer(socket, failed)
      else socket.destroy()
    }
  }
  // it catches all that a handler throws
  return (request, socket, head) => void handle(request, socket, head)
}

/** How much a socket has sent so far; undefined for one that does not say. */
const written = (socket: Duplex): number | undefined =>
  socket instanceof Socket ? socket.bytesWritten : undefined

function answer(socket: Duplex, answered: Answer): void {
  const { status, headers } = answered
  const text = textOf(answered)
  // a 204 has no length (RFC 9110, section 8.6)
  const length = text === null ? {} : { 'Content-Length': String(Buffer.byteLength(text)) }
  const fields = { ...headers, ...length, Connection: 'close' }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text ?? ''}`)
}
