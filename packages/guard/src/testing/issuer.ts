import { type KeyObject, randomUUID } from 'node:crypto'
import { ConfigurationError } from '../errors.ts'
import type { Names } from '../option-names.ts'
import { readOptions } from '../read-options.ts'
import type { Algorithm, Jwks } from '../verify/types.ts'
import { type ListeningIssuer, type ListenOptions, listen, listenOptionNames } from './listen.ts'
import { makeTestKey, signCompact, type TestKey } from './sign.ts'

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

const issuerOptionNames: Names<TestIssuerOptions> = { issuer: true, audience: true, alg: true, clock: true }

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

const signOptionNames: Names<SignOptions> = { header: true, alg: true, key: true, payload: true }

/** How a new key comes to be. */
export interface RotateOptions {
  alg?: Algorithm
  /** Whether the old one stays published; it does by default. */
  keepOld?: boolean
}

const rotateOptionNames: Names<RotateOptions> = { alg: true, keepOld: true }

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
  rotate(options?: RotateOptions): TestKey
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
  const read = readOptions('createTestIssuer', options, issuerOptionNames)
  const { audience = 'test-api', alg = 'ES256', clock = () => Date.now() / 1000 } = read
  let issuer = read.issuer ?? 'https://issuer.test'
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
    sign(claims = {}, options = {}) {
      const how = readOptions('sign', options, signOptionNames)
      const signer = how.key ?? key
      const named = 'kid' in signer ? signer : undefined
      const signerAlg = how.alg ?? named?.alg ?? key.alg
      const header = { alg: signerAlg, typ: 'at+jwt', kid: named?.kid ?? key.kid, ...how.header }
      const payload = how.payload ?? { ...goodClaims(issuer, audience, Math.floor(clock())), ...claims }
      return signCompact(header, payload, signerAlg, named?.privateKey ?? (signer as KeyObject))
    },
    rotate(options = {}) {
      const { alg: next = key.alg, keepOld = true } = readOptions('rotate', options, rotateOptionNames)
      key = makeTestKey(next)
      published = keepOld ? [key, ...published] : [key]
      return key
    },
    async listen(how = {}) {
      const asked = typeof how === 'number' ? { port: how } : readOptions('listen', how, listenOptionNames)
      const listening = await listen(self, asked)
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
