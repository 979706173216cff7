import { describe, expect, it } from 'vitest'
import { createTestIssuer, makeTestKey } from '../testing/index.ts'
import { importJwk } from './key.ts'
import { Memory } from './memory.ts'
import type { Claims } from './types.ts'
import { createVerifier } from './verifier.ts'

const key = importJwk(makeTestKey('ES256').jwk ?? {})

/** Claims that are as large and varied as those of a real token, and parsed in the same way. */
function remembered(i: number): Parameters<Memory['set']>[0] {
  const claims = {
    iss: 'https://id.example.com',
    sub: `0190c2a4-7b1e-7c3d-9a55-${String(i).padStart(12, '0')}`,
    aud: ['api', 'https://id.example.com'],
    exp: 1_800_000_000 + i,
    iat: 1_800_000_000,
    jti: `jti-${i}`,
    sid: `0190c2a4-7b1e-7c3d-9a56-${String(i).padStart(12, '0')}`,
    auth_time: 1_800_000_000,
    acr: 'pwd',
    amr: ['pwd'],
    username: `user-${i}`,
    roles: ['member'],
    scope: 'posts:read posts:write',
  }
  const text = JSON.stringify(claims)
  const tail = String(i).padStart(86, 'x')
  const token = `eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.${Buffer.from(text).toString('base64url')}.${tail}`
  const verified = Object.freeze({
    claims: JSON.parse(text) as Claims,
    algorithm: 'ES256' as const,
    kid: 'a',
  })
  return { token, verified, times: { exp: claims.exp, nbf: undefined, iat: claims.iat }, key }
}

describe('the cache of signatures', () => {
  it('stays within its measured limit over 100,000 distinct tokens', () => {
    const collect = globalThis.gc
    if (collect === undefined) throw new Error('Garbage collection has to be exposed to measure memory.')
    const bytes = 16 * 1024 * 1024
    const memory = new Memory(bytes)
    for (let i = 0; i < 1000; i++) remembered(i) // whatever the first use allocates is not the memory's
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < 100_000; i++) memory.set(remembered(i))
    collect()
    const used = process.memoryUsage().heapUsed - before
    expect(memory.size).toBeGreaterThan(2000)
    expect(used).toBeGreaterThan(0)
    expect(used).toBeLessThan(bytes)
  })

  it('keeps tokens in use while others come and go', () => {
    const memory = new Memory(1024 * 1024)
    const { token } = remembered(0)
    memory.set(remembered(0))
    for (let i = 1; i < 20_000; i++) {
      memory.set(remembered(i))
      if (i % 50 === 0) expect(memory.get(token)?.token).toBe(token)
    }
    expect(memory.get(remembered(1).token)).toBeUndefined()
  })

  it('distinguishes tokens with the same ending', () => {
    const memory = new Memory(1024 * 1024)
    const { token } = remembered(0)
    memory.set(remembered(0))
    expect(memory.get(`x${token.slice(1)}`)).toBeUndefined()
    expect(memory.get(token.slice(-22))).toBeUndefined()
    expect(memory.get(token)?.token).toBe(token)
  })

  it('caches nothing with a limit of zero bytes', () => {
    const memory = new Memory(0)
    memory.set(remembered(0))
    expect(memory.size).toBe(0)
  })
})

describe('a cached token', () => {
  const issuer = createTestIssuer({ audience: 'lounge', clock: () => 1000 })

  it('returns the same claims object, until it expires', () => {
    let now = 1000
    const verifier = createVerifier({
      jwks: issuer.jwks(),
      audience: 'lounge',
      clock: () => now,
      clockTolerance: 0,
    })
    const token = issuer.sign({ exp: 1100 })
    expect(verifier.verify(token)).toBe(verifier.verify(`${token} `.trim()))
    now = 1100
    expect(() => verifier.verify(token)).toThrow(expect.objectContaining({ code: 'token_expired' }))
    now = 1099
    expect(verifier.verify(token)).toMatchObject({ claims: { exp: 1100 } })
  })

  it('does not help a forged token with the same ending', () => {
    const verifier = createVerifier({ jwks: issuer.jwks(), audience: 'lounge', clock: () => 1000 })
    const token = issuer.sign({ roles: ['member'] })
    void verifier.verify(token)
    const [header, , signature] = token.split('.')
    const payload = issuer.sign({ roles: ['admin'] }).split('.')[1]
    expect(() => verifier.verify(`${header}.${payload}.${signature}`)).toThrow(
      expect.objectContaining({ code: 'token_signature' }),
    )
  })

  it('is evicted with its key, while others stay', () => {
    const two = createTestIssuer({ audience: 'lounge', clock: () => 1000 })
    const old = two.sign()
    const oldKid = two.key.kid
    two.rotate()
    const verifier = createVerifier({ jwks: two.jwks(), audience: 'lounge', clock: () => 1000 })
    const current = two.sign()
    void verifier.verify(old)
    const verified = verifier.verify(current)
    verifier.dropKey(oldKid)
    expect(() => verifier.verify(old)).toThrow(expect.objectContaining({ code: 'token_key_unknown' }))
    expect(verifier.verify(current)).toBe(verified)
  })
})
