import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { createGuard, type Handler } from '../web/index.ts'
import { decoded, endless, guardsOf, later, listening, type Start } from './app.ts'

/** The application over web-standard requests, with the smallest of routers. */
export const startWeb: Start = (options) => {
  const guard = createGuard(options)
  const is = guardsOf(guard)
  const answer = async (request: Request): Promise<Response> => {
    await request.text()
    return Response.json(await later())
  }
  const routes: readonly [RegExp, Handler][] = [
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
      is.events(() => new Response(endless(), { headers: { 'Content-Type': 'text/event-stream' } })),
    ],
  ]
  const fetch = async (request: Request): Promise<Response> => {
    const line = `${request.method} ${new URL(request.url).pathname}`
    for (const [pattern, handler] of routes) {
      const match = pattern.exec(line)
      if (match !== null) return handler(request, decoded(match.groups))
    }
    return new Response(null, { status: 404 })
  }
  return listening(createAdaptorServer({ fetch }) as Server, () => guard.close())
}
