import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { createTestIssuer } from '../testing/index.ts'
import type { VerifierOptions } from './settings.ts'
import { createVerifier } from './verifier.ts'

const test = createTestIssuer()
const good = { issuer: 'https://issuer.test', audience: 'lounge' } as const
const secret = 's'.repeat(32)
const wrong = <T>(value: T): never => value as never

describe('mistakes in the options are found at startup', () => {
  it.each<[string, VerifierOptions, RegExp]>([
    ['no audience', { issuer: good.issuer }, /audience/],
    ['an empty audience', { ...good, audience: '' }, /audience/],
    ['a list of no audiences', { ...good, audience: [] }, /audience/],
    ['no keys', { audience: 'lounge' }, /issuer is missing/],
    ['two sources of keys', { ...good, jwks: test.jwks(), secret }, /jwks/],
    ['an issuer that is no URL', { ...good, issuer: 'issuer' }, /issuer/],
    ['an issuer on plain http', { ...good, issuer: 'http://issuer.test' }, /https/],
    ['an issuer that only looks like loopback', { ...good, issuer: 'http://127.0.0.1.evil.test' }, /https/],
    ['an issuer with credentials', { ...good, issuer: 'https://a:b@issuer.test' }, /credentials/],
    ['a key set on plain http', { ...good, jwksUri: 'http://issuer.test/jwks' }, /jwksUri/],
    ['a key set in a file', { ...good, jwksUri: 'file:///jwks.json' }, /jwksUri/],
    ['a tolerance above 120 seconds', { ...good, clockTolerance: 121 }, /clockTolerance/],
    ['a negative tolerance', { ...good, clockTolerance: -1 }, /clockTolerance/],
    ['a tolerance that is no number', { ...good, clockTolerance: Number.NaN }, /clockTolerance/],
    ['no algorithms', { ...good, algorithms: [] }, /algorithms/],
    ['an unknown algorithm', { ...good, algorithms: wrong(['none']) }, /none/],
    ['HS256 with public keys', { ...good, algorithms: ['HS256'] }, /HS256/],
    ['RS256 with a secret', { secret, algorithms: ['RS256'] }, /RS256/],
    ['an empty typ', { ...good, typ: '' }, /typ/],
    ['a negative cache', { ...good, cacheBytes: -1 }, /cacheBytes/],
    ['a key set that is none', { ...good, jwks: wrong({}) }, /jwks/],
    ['a public key that is none', { ...good, publicKey: 'x' }, /publicKey/],
  ])('%s', (_name, options, message) => {
    expect(() => createVerifier(options)).toThrow(ConfigurationError)
    expect(() => createVerifier(options)).toThrow(message)
  })

  it.each<[string, VerifierOptions]>([
    ['an issuer on https', good],
    ['an issuer on loopback', { ...good, issuer: 'http://localhost:3000' }],
    [
      'plain http where that was asked for',
      { ...good, issuer: 'http://issuer.test', allowInsecureRequests: true },
    ],
    ['a secret without audience', { secret }],
    [
      'a public key in PEM',
      { audience: 'a', publicKey: test.key.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    ],
    ['a public key object', { audience: 'a', publicKey: test.key.publicKey }],
  ])('%s is no mistake', (_name, options) => {
    expect(() => createVerifier(options)).not.toThrow()
  })
})
