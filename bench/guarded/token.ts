import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createTestIssuer } from '@gatehouse/guard/testing'

/** What every guard of a round is given: one issuer, its key in the forms that the packages want, and one token. */
export interface Shared {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  readonly jwk: JsonWebKey
  readonly pem: string
  readonly token: string
}

export async function makeShared(): Promise<Shared & { close(): Promise<void> }> {
  const audience = 'bench'
  // the only type that hono/jwt accepts
  const typ = { header: { typ: 'JWT' } }
  const issuer = createTestIssuer({ audience, alg: 'ES256' })
  const listening = await issuer.listen()
  const [jwk] = issuer.jwks().keys
  if (jwk === undefined) throw new Error('The issuer publishes no key.')
  return {
    issuer: issuer.issuer,
    audience,
    jwksUri: `${issuer.issuer}/.well-known/jwks.json`,
    jwk,
    pem: createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
    token: issuer.sign(
      { sub: 'ada', username: 'ada', roles: ['member'], exp: Math.floor(Date.now() / 1000) + 3600 },
      typ,
    ),
    close: () => listening.close(),
  }
}
