import { isIP, SocketAddress } from 'node:net'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { Logger } from '../log.ts'
import type { HttpEnv } from './variables.ts'

/**
 * Finds the caller's address: the socket's, or with `trustProxy` proxies the one that the outermost of them wrote into
 * `X-Forwarded-For`. Whatever stands left of it was sent by the caller and is not believed. That a proxy seems to be
 * there which the settings do not know is logged, once.
 */
export function clientAddress(trustProxy: number, log: Pick<Logger, 'warn'>): MiddlewareHandler<HttpEnv> {
  let told = trustProxy > 0
  return async (c, next) => {
    const header = told ? undefined : forwardingHeaders.find((name) => c.req.header(name) !== undefined)
    if (header !== undefined) {
      told = true
      // anybody can send the header, with anything in it: its value is no news
      log.warn({ header, setting: 'TRUST_PROXY' }, unknownProxy)
    }
    c.set('clientAddress', addressOf(socketAddress(c), c.req.header('X-Forwarded-For'), trustProxy))
    await next()
  }
}

const forwardingHeaders = ['X-Forwarded-For', 'Forwarded'] as const

const unknownProxy =
  'a request names an address that it was forwarded for, and TRUST_PROXY is 0: if a proxy stands in front of this server, ' +
  'everybody behind it counts as one address; set TRUST_PROXY to the number of proxies'

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

/**
 * The one spelling of an address, without the port that some proxies write beside it. An IPv4 address mapped into IPv6
 * is the IPv4 address.
 */
function normal(text: string | undefined): string | undefined {
  const bare = text?.replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d{1,5}$/, '$1')
  if (bare === undefined || isIP(bare) === 4) return bare
  const [address = '', ...zones] = bare.split('%')
  if (zones.length > 1 || isIP(bare) !== 6) return undefined
  return new SocketAddress({ address, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '')
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
