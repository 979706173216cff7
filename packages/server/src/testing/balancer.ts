import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A load balancer: one address, whose requests go to each instance in turn. */
export interface Balancer {
  readonly url: string
  /** How many requests came through, by path. */
  readonly counts: ReadonlyMap<string, number>
  /** Where requests go from now on. */
  use(targets: readonly string[]): void
  close(): Promise<void>
}

/** Starts a balancer on a free port of loopback. */
export async function startBalancer(): Promise<Balancer> {
  const counts = new Map<string, number>()
  let targets: readonly string[] = []
  let turn = 0
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const path = new URL(incoming.url ?? '/', 'http://balancer').pathname
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const target = targets[turn++ % targets.length]
    if (target === undefined) {
      outgoing.writeHead(503).end()
      return
    }
    const { method, headers, url = '/' } = incoming
    const forwarded = request(new URL(url, target), { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    use: (next) => {
      targets = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
