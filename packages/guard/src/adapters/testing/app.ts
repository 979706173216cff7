import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GuardOptions } from '../../options.ts'
import { currentAuth } from '../../policy/current.ts'
import { all, check, own, permission, role, stepUp } from '../../policy/rules/index.ts'
import type { GuardSurface } from '../surface.ts'

/** The same application on each framework, listening. */
export interface Running {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export type Start = (options: GuardOptions) => Promise<Running>

/** How often a handler of any of the applications ran. */
export const handled = { times: 0 }

/** What every route answers: whom the code further down takes for the caller. */
export function whoAmI(): { current: string | null } {
  handled.times++
  return { current: currentAuth()?.user.id ?? null }
}

/** Lets time pass between the guard and the answer, as a database would. */
export const later = async (): Promise<{ current: string | null }> => {
  handled.times++
  await new Promise((resolve) => setTimeout(resolve, 2))
  return whoAmI()
}

const owners: Readonly<Record<string, string | number | null>> = { '1': 'ada', '2': 'bob', '3': null, '4': 7 }

export interface Guards<G, O, P> {
  health: P
  feed: O
  lounge: G
  user: G
  post: G
  payouts: G
  throwing: G
  admin: G
  events: G
  rpc: G
  everyMethod: O
}

/** The guards of the application's routes. */
export function guardsOf<G, O, P>(guard: GuardSurface<string, string, G, O, P>): Guards<G, O, P> {
  return {
    health: guard.open('liveness probe'),
    feed: guard.optional('strangers see public posts'),
    lounge: guard(),
    user: guard(own('userId'), role('admin')),
    post: guard(
      own('postId', async (id) => owners[id]),
      permission('posts:delete'),
    ),
    payouts: guard(all(permission('payouts:write'), stepUp({ acr: 'mfa', maxAge: '5m' }))),
    throwing: guard(
      check('fails', () => {
        throw new Error('the rule is broken')
      }),
      role('admin'),
    ),
    admin: guard(role('admin')),
    events: guard.stream(),
    rpc: guard(role('admin')),
    everyMethod: guard.optional('strangers may ask'),
  }
}

/** A server-sent event now and then, for ever. */
export function endless(): ReadableStream<Uint8Array> {
  let timer: NodeJS.Timeout | undefined
  const event = new TextEncoder().encode('data: tick\n\n')
  return new ReadableStream({
    start(controller) {
      controller.enqueue(event)
      timer = setInterval(() => controller.enqueue(event), 20)
    },
    cancel: () => clearInterval(timer),
  })
}

export async function listening(server: Server, end: () => void): Promise<Running> {
  if (!server.listening) {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
  }
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        end()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Writes the events of a stream until its connection closes. */
export function writeEvents(response: {
  write(text: string): unknown
  once(event: 'close', done: () => void): unknown
}): void {
  response.write('data: tick\n\n')
  const timer = setInterval(() => response.write('data: tick\n\n'), 20)
  response.once('close', () => clearInterval(timer))
}

/** Route parameters as a router hands them on. */
export const decoded = (groups: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]))
