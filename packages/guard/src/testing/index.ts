export type { Revoked } from './feed.ts'
export { createTestIssuer, type SignOptions, type TestIssuer, type TestIssuerOptions } from './issuer.ts'
export { makeTestKey, type TestKey } from './keys.ts'
export type { ListeningIssuer, ListenOptions } from './listen.ts'
