import { isIP } from 'node:net'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { HttpEnv } from './variables.ts'

/**
 * Finds the caller's address: the socket's, or with `trustProxy` proxies the one that the outermost of them wrote into
 * `X-Forwarded-For`. Whatever stands left of it was sent by the caller and is not believed.
 */
export function clientAddress(trustProxy: number): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    c.set('clientAddress', addressOf(socketAddress(c), c.req.header('X-Forwarded-For'), trustProxy))
    await next()
  }
}

export function addressOf(
  socket: string | undefined,
  forwarded: string | undefined,
  trustProxy: number,
): string {
  const direct = normal(socket) ?? 'unknown'
  if (trustProxy === 0 || forwarded === undefined) return direct
  const hops = forwarded.split(',').map((hop) => normal(hop.trim()))
  return hops.at(-trustProxy) ?? direct
}

/** An IPv4 address mapped into IPv6 is the IPv4 address. */
function normal(address: string | undefined): string | undefined {
  const plain = address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  return plain !== undefined && isIP(plain) !== 0 ? plain : undefined
}

/** What `@hono/node-server` hands over; another host of `fetch` gives nothing. */
function socketAddress(c: HonoContext): string | undefined {
  const env: unknown = c.env
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return undefined
  const { incoming } = env
  if (typeof incoming !== 'object' || incoming === null || !('socket' in incoming)) return undefined
  const { socket } = incoming
  if (typeof socket !== 'object' || socket === null || !('remoteAddress' in socket)) return undefined
  return typeof socket.remoteAddress === 'string' ? socket.remoteAddress : undefined
}

/**
 * The part of an address that throttles count by: IPv6 hands whole /64 networks to one household, so that its last
 * half says nothing.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = [...left, ...zeros, ...right].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${groups.join(':')}::/64`
}
