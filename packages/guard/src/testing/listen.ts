import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestIssuer } from './issuer.ts'

/** A test issuer that answers over http. */
export interface ListeningIssuer {
  /** Its address, which is its identifier too. */
  readonly issuer: string
  close(): Promise<void>
}

/** Serves an issuer's metadata and key set on loopback; port 0 takes a free one. */
export async function listen(issuer: Pick<TestIssuer, 'jwks'>, port: number): Promise<ListeningIssuer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', address)
    if (pathname === '/.well-known/jwks.json') answer(response, 200, issuer.jwks())
    else if (metadataPaths.has(pathname)) answer(response, 200, metadata(address))
    else answer(response, 404, {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer: address,
    close: () =>
      new Promise((resolve, reject) => {
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
