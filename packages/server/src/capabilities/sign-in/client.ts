import type { Client } from './service.ts'

/** What is used of a request's Hono context. */
interface Requested {
  readonly req: { header(name: string): string | undefined; readonly raw: { readonly signal: AbortSignal } }
  get(name: 'clientAddress'): string
}

/** Where a request came from, and what it tells of its device. */
export function clientOf(c: Requested): Client {
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
