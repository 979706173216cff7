import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError } from '../errors.ts'
import { algorithms } from '../verify/algorithms.ts'
import { createVerifier } from '../verify/verifier.ts'
import { createTestIssuer } from './index.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the test issuer', () => {
  it('does not run in production', () => {
    vi.stubEnv('NODE_ENV', 'production')
    expect(() => createTestIssuer()).toThrow(ConfigurationError)
  })

  it.each(algorithms)('signs with %s', async (alg) => {
    const issuer = createTestIssuer({ alg })
    const keys = alg.startsWith('HS')
      ? { secret: issuer.key.privateKey.export(), typ: 'at+jwt' }
      : { jwks: issuer.jwks() }
    const verifier = createVerifier({
      ...keys,
      algorithms: [alg],
      audience: 'test-api',
      issuer: issuer.issuer,
    })
    expect(await verifier.verify(issuer.sign({ sub: 'ada' }))).toMatchObject({
      algorithm: alg,
      claims: { sub: 'ada' },
    })
  })

  it('is found over http once it listens, and signs as what it is found as', async () => {
    const issuer = createTestIssuer()
    const listening = await issuer.listen()
    try {
      expect(issuer.issuer).toBe(listening.issuer)
      const verifier = createVerifier({ issuer: issuer.issuer, audience: 'test-api' })
      expect((await verifier.verify(issuer.sign())).claims.iss).toBe(listening.issuer)
    } finally {
      await listening.close()
    }
  })

  it('shows no secret in its key set', () => {
    expect(createTestIssuer({ alg: 'HS256' }).jwks()).toEqual({ keys: [] })
    expect(createTestIssuer().jwks().keys[0]).not.toHaveProperty('d')
  })
})
