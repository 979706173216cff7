import { createServer, type IncomingMessage } from 'node:http'
import { createGuard, type GuardedHandler, type Listener } from '../node/index.ts'
import { decoded, guardsOf, later, listening, type Start, writeEvents } from './app.ts'

/** The application on node:http, with the smallest of routers. */
export const startNode: Start = (options) => {
  const guard = createGuard(options)
  const is = guardsOf(guard)
  const answer: GuardedHandler<IncomingMessage> = async (request, response) => {
    for await (const _chunk of request) void _chunk
    const body = await later()
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  }
  const routes: readonly [RegExp, Listener][] = [
    [/^GET \/health$/, is.health(answer)],
    [/^GET \/feed$/, is.feed(answer)],
    [/^(GET|HEAD|POST|OPTIONS) \/lounge$/, is.lounge(answer)],
    [/^GET \/users\/(?<userId>[^/]*)$/, is.user(answer)],
    [/^GET \/posts\/(?<postId>[^/]*)$/, is.post(answer)],
    [/^POST \/payouts$/, is.payouts(answer)],
    [/^GET \/throwing$/, is.throwing(answer)],
    [/^\S+ \/(rpc$|below)/, is.rpc(answer)],
    [/^\S+ \/ask$/, is.everyMethod(answer)],
    [/^GET \/admin\//, is.admin(answer)],
    [
      /^GET \/events$/,
      is.events((_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' })
        writeEvents(response)
      }),
    ],
  ]
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`
    for (const [pattern, listener] of routes) {
      const match = pattern.exec(line)
      if (match !== null) return listener(request, response, decoded(match.groups))
    }
    response.writeHead(404).end()
  })
  return listening(server, () => guard.close())
}
