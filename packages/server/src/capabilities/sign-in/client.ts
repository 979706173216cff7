import type { Context as HonoContext } from 'hono'
import type { HttpEnv } from '../../platform/http/variables.ts'
import type { Client } from './service.ts'

/** Where a request came from, and what it tells of its device. */
export function clientOf(c: HonoContext<HttpEnv>): Client {
  const header = (name: string) => c.req.header(name)
  return {
    address: c.get('clientAddress'),
    signal: c.req.raw.signal,
    hints: {
      userAgent: header('User-Agent'),
      brands: header('Sec-CH-UA'),
      mobile: header('Sec-CH-UA-Mobile'),
      platform: header('Sec-CH-UA-Platform'),
      platformVersion: header('Sec-CH-UA-Platform-Version'),
      model: header('Sec-CH-UA-Model'),
    },
  }
}
