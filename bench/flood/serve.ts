// One route behind one verifier, on node:http: what a flood of forged tokens does to it is the verifier's doing.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createGuard } from '@gatehouse/guard/node'
import { createVerifier } from 'fast-jwt'
import { importJWK, jwtVerify } from 'jose'
import type { Shared } from '../guarded/token.ts'

type Verify = (token: string) => unknown

const hello = (response: ServerResponse): void => {
  response.setHeader('content-type', 'application/json').end('{"message":"hello"}')
}

/** A peer as its documentation has it: verify, answer, or refuse. */
function behind(verify: Verify): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length)
    // every refusal is the same answer here, and each is counted by who sent it
    const refuse = (): void => void response.writeHead(401).end()
    try {
      const verified = verify(token)
      if (verified instanceof Promise) verified.then(() => hello(response), refuse)
      else hello(response)
    } catch {
      refuse()
    }
  }
}

const listeners: Readonly<Record<string, (shared: Shared) => Promise<RequestListener>>> = {
  gatehouse: async ({ issuer, audience, jwk }) =>
    createGuard({ issuer, audience, typ: 'JWT', jwks: { keys: [jwk] } })()((_request, response) =>
      hello(response),
    ),
  jose: async ({ issuer, audience, jwk }) => {
    const key = await importJWK({ ...jwk, kty: 'EC' }, 'ES256')
    return behind((token) => jwtVerify(token, key, { issuer, audience, algorithms: ['ES256'] }))
  },
  'fast-jwt': async ({ issuer, audience, pem }) =>
    behind(createVerifier({ key: pem, algorithms: ['ES256'], allowedIss: issuer, allowedAud: audience })),
  'fast-jwt, its cache': async ({ issuer, audience, pem }) =>
    behind(
      createVerifier({
        key: pem,
        algorithms: ['ES256'],
        allowedIss: issuer,
        allowedAud: audience,
        cache: 10_000,
      }),
    ),
}

const make = listeners[process.argv[2] ?? '']
if (make === undefined) throw new Error(`There is no verifier called ${process.argv[2]}.`)
const server = createServer(await make(JSON.parse(process.env['SHARED'] ?? '') as Shared))
server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
process.on('disconnect', () => process.exit(0))
