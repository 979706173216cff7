import { expect, test } from 'vitest'
import { createTestIssuer } from '../testing/index.ts'
import { createVerifier, type VerifierOptions } from './verifier.ts'

const now = 1_800_000_000
const clock = (): number => now
const issuer = createTestIssuer({ audience: 'lounge', clock })
const hour = 3600

async function outcome(claims: object, options: VerifierOptions = {}): Promise<string> {
  const verifier = createVerifier({ audience: 'lounge', jwks: issuer.jwks(), clock, ...options })
  const made = issuer.sign(claims as Record<string, unknown>)
  try {
    await verifier.verify(made)
    return 'accepted'
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.each<[string, object, string]>([
  ['ten minutes', { exp: now + 600 }, 'accepted'],
  ['exactly a day', { exp: now + 24 * hour }, 'accepted'],
  ['a second more than a day', { exp: now + 24 * hour + 1 }, 'token_lifetime'],
  ['milliseconds by mistake', { exp: (now + 600) * 1000 }, 'token_lifetime'],
  ['milliseconds in both', { iat: now * 1000, exp: (now + 600) * 1000 }, 'token_lifetime'],
  ['the year 9999', { exp: 253_402_300_799 }, 'token_lifetime'],
  ['the largest number', { exp: Number.MAX_VALUE }, 'token_lifetime'],
  ['a day that began long ago', { iat: now - 23 * hour, exp: now + 2 * hour }, 'token_lifetime'],
  ['an issue at the beginning of time', { iat: 0, exp: now + 600 }, 'token_lifetime'],
  ['no issue, a day from now and the tolerance', { iat: undefined, exp: now + 24 * hour + 60 }, 'accepted'],
  ['no issue, more than a day from now', { iat: undefined, exp: now + 24 * hour + 61 }, 'token_lifetime'],
])('a token that lives for %s', async (_what, claims, expected) => {
  expect(await outcome(claims)).toBe(expected)
})

test.each<[VerifierOptions['maxLifetime'], number, string]>([
  ['1h', hour, 'accepted'],
  ['1h', hour + 1, 'token_lifetime'],
  [hour, hour, 'accepted'],
  [hour, hour + 1, 'token_lifetime'],
  ['30d', 30 * 24 * hour, 'accepted'],
  ['90s', 91, 'token_lifetime'],
])('maxLifetime %s, a token of %i seconds', async (maxLifetime, seconds, expected) => {
  expect(await outcome({ exp: now + seconds }, { maxLifetime: maxLifetime as string })).toBe(expected)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '24', 'ever', '', '11y', '4000d', null, true, {}])(
  'rejects maxLifetime %o at startup',
  (maxLifetime) => {
    const options = { audience: 'lounge', jwks: issuer.jwks(), maxLifetime: maxLifetime as string }
    expect(() => createVerifier(options)).toThrow("maxLifetime is not a time such as '24h'")
  },
)
