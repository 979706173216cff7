export type { Revoked } from './feed.ts'
export { createTestIssuer, type SignOptions, type TestIssuer, type TestIssuerOptions } from './issuer.ts'
export type { ListeningIssuer, ListenOptions } from './listen.ts'
export { makeTestKey, type TestKey } from './sign.ts'
