import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Names } from '../option-names.ts'
import type { Jwks } from '../verify/types.ts'
import { type Revoked, TestFeed } from './feed.ts'

/** How a test issuer listens. */
export interface ListenOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Serves a revocation feed as well, which the metadata announces. */
  readonly feed?: boolean
}

export const listenOptionNames: Names<ListenOptions> = { port: true, feed: true }

/** A test issuer that answers over http. */
export interface ListeningIssuer {
  /** Its address, which is its identifier too. */
  readonly issuer: string
  /**
   * Ends a session (`{ sid }`), or everything that a user was given so far (`{ sub }`); guards hear of it at once.
   *
   * @throws TypeError without `feed: true`
   */
  revoke(revoked: Revoked): void
  /** Lets the feed fall silent, so that it grows stale; issuer and key set go on answering. */
  stopFeed(): void
  /** Lets it speak again. */
  startFeed(): void
  close(): Promise<void>
}

/** Serves an issuer's metadata and key set on loopback, and its feed where asked to. */
export async function listen(
  issuer: { jwks(): Jwks },
  { port = 0, feed: feeds = false }: ListenOptions,
): Promise<ListeningIssuer> {
  const feed = feeds ? new TestFeed(() => address) : undefined
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', address)
    if (url.pathname === '/.well-known/jwks.json') answer(response, 200, issuer.jwks())
    else if (metadataPaths.has(url.pathname)) {
      answer(response, 200, { ...metadata(address), ...feed?.metadata() })
    } else if (feed?.answer(request, url, response) !== true) answer(response, 404, {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const withFeed = (): TestFeed => {
    if (feed === undefined) throw new TypeError('This issuer has no feed: listen({ feed: true }).')
    return feed
  }
  return {
    issuer: address,
    revoke: (revoked) => withFeed().revoke(revoked),
    stopFeed: () => withFeed().stop(),
    startFeed: () => withFeed().start(),
    close: () =>
      new Promise((resolve, reject) => {
        feed?.stop()
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

const metadataPaths = new Set([
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
])

function metadata(issuer: string): object {
  return { issuer, jwks_uri: `${issuer}/.well-known/jwks.json`, response_types_supported: ['code'] }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
