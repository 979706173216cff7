import { isIP, SocketAddress } from 'node:net'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { Logger } from '../log.ts'
import type { HttpEnv } from './variables.ts'

/**
 * Finds the caller's address: the socket's, or with `trustProxy` proxies the one that the outermost of them wrote into
 * `X-Forwarded-For`. Anything left of it comes from the caller and is ignored. A forwarding header that arrives while no
 * proxy is trusted is logged once, as a likely misconfiguration.
 */
export function clientAddress(trustProxy: number, log: Pick<Logger, 'warn'>): MiddlewareHandler<HttpEnv> {
  let warned = trustProxy > 0
  return async (c, next) => {
    const header = warned ? undefined : forwardingHeaders.find((name) => c.req.header(name) !== undefined)
    if (header !== undefined) {
      warned = true
      // the value is not logged: any caller can put anything in it
      log.warn({ header, setting: 'TRUST_PROXY' }, unknownProxy)
    }
    c.set('clientAddress', addressOf(socketAddress(c), c.req.header('X-Forwarded-For'), trustProxy))
    await next()
  }
}

const forwardingHeaders = ['X-Forwarded-For', 'Forwarded'] as const

const unknownProxy =
  'received a forwarding header while TRUST_PROXY is 0: behind a proxy, all callers share its address; set TRUST_PROXY ' +
  'to the number of proxies in front of this server'

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

/** The canonical form of an address, without the port that some proxies add. An IPv4-mapped IPv6 address becomes IPv4. */
function normal(text: string | undefined): string | undefined {
  const bare = text?.replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1').replace(/^(\d+(?:\.\d+){3}):\d{1,5}$/, '$1')
  if (bare === undefined || isIP(bare) === 4) return bare
  const [address = '', ...zones] = bare.split('%')
  if (zones.length > 1 || isIP(bare) !== 6) return undefined
  return new SocketAddress({ address, family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '')
}

/** The socket's address under `@hono/node-server`; other hosts of `fetch` provide none. */
function socketAddress(c: HonoContext): string | undefined {
  const env: unknown = c.env
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return undefined
  const { incoming } = env
  if (typeof incoming !== 'object' || incoming === null || !('socket' in incoming)) return undefined
  const { socket } = incoming
  if (typeof socket !== 'object' || socket === null || !('remoteAddress' in socket)) return undefined
  return typeof socket.remoteAddress === 'string' ? socket.remoteAddress : undefined
}
