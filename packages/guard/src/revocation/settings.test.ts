import { expect, test } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import type { Verifier } from '../verify/types.ts'
import { configureRevocation, readRevocationOptions } from './settings.ts'

const issuer = 'https://issuer.example'
const keys: Pick<Verifier, 'dropKey' | 'refreshKeys'> = {
  dropKey: () => {},
  refreshKeys: async () => {},
}

test('follows the feed by default only if the keys come from the issuer, too', () => {
  expect(configureRevocation({ issuer }, keys).source).toBeDefined()
  expect(configureRevocation({ issuer, revocation: false }, keys).source).toBeUndefined()
  expect(configureRevocation({ issuer, jwks: { keys: [] } }, keys).source).toBeUndefined()
  expect(configureRevocation({ issuer, secret: 'x'.repeat(32) }, keys).source).toBeUndefined()
  expect(configureRevocation({ jwksUri: 'https://issuer.example/keys' }, keys).source).toBeUndefined()
  expect(configureRevocation({ issuer, secret: 'x'.repeat(32), revocation: {} }, keys).source).toBeDefined()
})

test('uses a custom source as it is', () => {
  const source = { standing: () => 'good' as const, close: () => {} }
  expect(configureRevocation({ issuer, revocation: source }, keys).source).toBe(source)
  expect(configureRevocation({ issuer, revocation: () => source }, keys).source).toBe(source)
})

test('parses durations with their units', () => {
  expect(readRevocationOptions({})).toEqual({
    staleness: 10_000,
    pollInterval: 500,
    mode: 'auto',
    onStale: undefined,
  })
  expect(readRevocationOptions({ staleness: '2m', pollInterval: 2, onStale: 'deny', mode: 'poll' })).toEqual({
    staleness: 120_000,
    pollInterval: 2000,
    mode: 'poll',
    onStale: 'deny',
  })
  expect(readRevocationOptions({ staleness: 1.5 }).staleness).toBe(1500)
})

test('rejects options that make no sense', () => {
  for (const wrong of [
    { staleness: 'soon' },
    { staleness: '10' },
    { staleness: 0 },
    { staleness: '500ms' },
    { staleness: Number.NaN },
    { pollInterval: 0 },
  ]) {
    expect(() => readRevocationOptions(wrong)).toThrow(ConfigurationError)
  }
  const dodged: object = { onStale: 'maybe' }
  expect(() => readRevocationOptions(dodged)).toThrow(ConfigurationError)
  expect(() => readRevocationOptions({ ...{ mode: 'push' } } as object)).toThrow(ConfigurationError)
  expect(() => configureRevocation({ jwks: { keys: [] }, revocation: {} }, keys)).toThrow(
    'the issuer is missing',
  )
})
