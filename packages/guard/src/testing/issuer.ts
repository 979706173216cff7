import { type KeyObject, randomUUID } from 'node:crypto'
import { ConfigurationError } from '../errors.ts'
import type { Algorithm, Jwks } from '../verify/types.ts'
import { makeTestKey, type TestKey } from './keys.ts'
import { type ListeningIssuer, type ListenOptions, listen } from './listen.ts'
import { signCompact } from './sign.ts'

export interface TestIssuerOptions {
  /** The `iss` of its tokens, until it listens; `https://issuer.test` by default. */
  issuer?: string
  /** The `aud` of its tokens; `test-api` by default. */
  audience?: string | string[]
  /** What its key is for; ES256 by default. */
  alg?: Algorithm
  /** Seconds since the epoch. */
  clock?: () => number
}

/** How a token differs from a good one. */
export interface SignOptions {
  /** Members to put into the header; undefined takes one away. */
  header?: Record<string, unknown>
  /** The algorithm that signs and that the header names; `none` leaves the signature away. */
  alg?: Algorithm | 'none'
  /** The key that signs, instead of the issuer's current one; the header's `kid` becomes its own if it has one. */
  key?: TestKey | KeyObject
  /** The payload as it is, instead of claims. */
  payload?: string
}

/** An issuer of access tokens inside the process, for tests: every token they may need, good or bad. */
export interface TestIssuer {
  /** The `iss` of its tokens; changes to its address when it listens. */
  readonly issuer: string
  readonly audience: string | string[]
  /** The key that it signs with now. */
  readonly key: TestKey
  /** The public keys that it publishes now. */
  jwks(): Jwks
  /** Signs a token; claims are put over those of a good one (for ten minutes), undefined takes one away. */
  sign(claims?: Record<string, unknown>, options?: SignOptions): string
  /** Signs with a new key from now on; the old one stays published unless told otherwise. */
  rotate(options?: { alg?: Algorithm; keepOld?: boolean }): TestKey
  /** Serves metadata (RFC 8414, OpenID Connect) and key set over http on loopback, and a revocation feed if asked to. */
  listen(how?: number | ListenOptions): Promise<ListeningIssuer>
}

/**
 * Makes an issuer for tests.
 *
 * ```ts
 * const issuer = createTestIssuer({ audience: 'lounge' })
 * const guard = createGuard({ issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() })
 * const token = issuer.sign({ sub: 'ada', roles: ['member'] })
 * const expired = issuer.sign({ exp: 0 })
 * const unsigned = issuer.sign({}, { alg: 'none' })
 * ```
 *
 * @throws ConfigurationError where NODE_ENV is `production`: whoever can reach this can be anybody
 */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  if (process.env['NODE_ENV'] === 'production') {
    throw new ConfigurationError(
      'The test issuer signs any token: it does not run where NODE_ENV is production.',
    )
  }
  const { audience = 'test-api', alg = 'ES256', clock = () => Date.now() / 1000 } = options
  let issuer = options.issuer ?? 'https://issuer.test'
  let key = makeTestKey(alg)
  let published = [key]

  const self: TestIssuer = {
    get issuer() {
      return issuer
    },
    audience,
    get key() {
      return key
    },
    jwks: () => ({ keys: published.flatMap(({ jwk }) => (jwk === undefined ? [] : [jwk])) }),
    sign(claims = {}, how = {}) {
      const signer = how.key ?? key
      const named = 'kid' in signer ? signer : undefined
      const signerAlg = how.alg ?? named?.alg ?? key.alg
      const header = { alg: signerAlg, typ: 'at+jwt', kid: named?.kid ?? key.kid, ...how.header }
      const payload = how.payload ?? { ...goodClaims(issuer, audience, Math.floor(clock())), ...claims }
      return signCompact(header, payload, signerAlg, named?.privateKey ?? (signer as KeyObject))
    },
    rotate({ alg: next = key.alg, keepOld = true } = {}) {
      key = makeTestKey(next)
      published = keepOld ? [key, ...published] : [key]
      return key
    },
    async listen(how = {}) {
      const listening = await listen(self, typeof how === 'number' ? { port: how } : how)
      issuer = listening.issuer
      return listening
    },
  }
  return self
}

/** The claims of a token that is good for ten minutes (RFC 9068, section 2.2). */
function goodClaims(iss: string, aud: string | string[], now: number): Record<string, unknown> {
  const user = { sub: 'test-user', username: 'test-user', roles: [], scope: '' }
  return { iss, aud, ...user, iat: now, exp: now + 600, jti: randomUUID(), sid: randomUUID(), auth_time: now }
}
