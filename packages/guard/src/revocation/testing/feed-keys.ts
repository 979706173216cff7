import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Jwk } from '../../verify/types.ts'
import type { FeedKeyFinder, FeedSigner } from '../wire.ts'

/** A feed key for tests: it signs, can be found, and can be published. */
export interface TestFeedKey extends FeedSigner {
  readonly find: FeedKeyFinder
  readonly jwk: Jwk
}

/** A fresh Ed25519 feed key, or the one given (its signatures never vary, which fixtures need). */
export function testFeedKey(
  kid = 'feed-1',
  privateKey: KeyObject = generateKeyPairSync('ed25519').privateKey,
): TestFeedKey {
  const key = createPublicKey(privateKey)
  return {
    kid,
    alg: 'EdDSA',
    sign: (bytes) => sign(null, bytes, privateKey),
    find: (name) => (name === kid ? { alg: 'EdDSA', key } : undefined),
    jwk: { ...key.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' },
  }
}

/** The key of RFC 8037, appendix A.1. */
export function fixtureKey(): TestFeedKey {
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  }
  return testFeedKey('fixture', createPrivateKey({ key: jwk, format: 'jwk' }))
}
