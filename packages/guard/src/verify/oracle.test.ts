import fc from 'fast-check'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { TokenError } from '../errors.ts'
import { createTestIssuer } from '../testing/index.ts'
import { createVerifier } from './verifier.ts'

const now = 1_800_000_000
const issuers = (['ES256', 'RS256', 'PS256', 'EdDSA'] as const).map((alg) => {
  const issuer = createTestIssuer({ alg, audience: 'lounge', clock: () => now })
  const verifier = createVerifier({
    issuer: issuer.issuer,
    audience: 'lounge',
    jwks: issuer.jwks(),
    clock: () => now,
    clockTolerance: 0,
    onError: () => {},
  })
  return {
    issuer,
    verifier,
    keys: createLocalJWKSet(issuer.jwks() as Parameters<typeof createLocalJWKSet>[0]),
  }
})
type Pair = (typeof issuers)[number]

async function accepts(pair: Pair, token: string): Promise<{ jose: boolean; gatehouse: boolean }> {
  const options = {
    issuer: pair.issuer.issuer,
    audience: 'lounge',
    typ: 'at+jwt',
    currentDate: new Date(now * 1000),
  }
  const jose = await jwtVerify(token, pair.keys, options).then(
    () => true,
    () => false,
  )
  try {
    await pair.verifier.verify(token)
    return { jose, gatehouse: true }
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return { jose, gatehouse: false }
  }
}

const anyPair = fc.constantFrom(...issuers)
const time = fc.oneof(
  fc.integer({ min: now - 3, max: now + 3 }),
  fc.constantFrom(0, -1, 1e300, 0.5, null, 'soon', true, [now]),
)
const name = fc.oneof(
  fc.constantFrom('lounge', 'loung', '', 'https://issuer.test', 'https://issuer.test/'),
  fc.string(),
)
const audience = fc.oneof(
  name,
  fc.array(fc.oneof(name, fc.constantFrom(null, 1))),
  fc.constantFrom(null, 1, {}),
)
const claims = fc.record(
  {
    iss: name,
    aud: audience,
    exp: time,
    nbf: time,
    iat: time,
    sub: fc.oneof(fc.string(), fc.jsonValue()),
    extra: fc.jsonValue(),
  },
  { requiredKeys: [] },
)
const header = fc.record(
  {
    alg: fc.constantFrom(
      'ES256',
      'RS256',
      'PS256',
      'RS512',
      'EdDSA',
      'HS256',
      'none',
      'Ed25519',
      '',
      null,
      1,
    ),
    typ: fc.constantFrom('at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', '', null, 'at+jwt '),
    kid: fc.oneof(fc.string(), fc.constantFrom(null, 1)),
    crit: fc.constantFrom([], ['b64'], ['exp'], 'b64', null),
    b64: fc.constantFrom(true, false, null),
    jwk: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

describe('rejects whatever jose rejects', () => {
  const runs = { numRuns: 600 }

  it('with other claims and headers, correctly signed', async () => {
    await fc.assert(
      fc.asyncProperty(anyPair, claims, header, async (pair, changed, headers) => {
        const { jose, gatehouse } = await accepts(pair, pair.issuer.sign(changed, { header: headers }))
        expect(gatehouse && !jose).toBe(false)
      }),
      runs,
    )
  })

  it('with characters inserted, removed or changed', async () => {
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 2 }),
      insert: fc.oneof(
        fc.string({ maxLength: 2 }),
        fc.constantFrom('=', '.', '+', '/', '\n', '\0', 'A', 'é'),
      ),
    })
    await fc.assert(
      fc.asyncProperty(anyPair, fc.array(edit, { minLength: 1, maxLength: 3 }), async (pair, edits) => {
        const good = pair.issuer.sign()
        const token = edits.reduce((text, { at, remove, insert }) => {
          const index = at % text.length
          return text.slice(0, index) + insert + text.slice(index + remove)
        }, good)
        const { jose, gatehouse } = await accepts(pair, token)
        expect(gatehouse && !jose).toBe(false)
        expect(gatehouse).toBe(token === good)
      }),
      runs,
    )
  })

  it('with parts of other tokens', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPair,
        anyPair,
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        async (one, other, picks) => {
          const from = [one.issuer.sign(), other.issuer.sign({ sub: 'mallory' })].map((token) =>
            token.split('.'),
          )
          const token = picks.map((pick, part) => from[pick ? 1 : 0]?.[part]).join('.')
          const { jose, gatehouse } = await accepts(one, token)
          expect(gatehouse && !jose).toBe(false)
          expect(gatehouse).toBe(jose)
        },
      ),
      runs,
    )
  })

  it('and both accept a good token, or this would prove nothing', async () => {
    for (const pair of issuers)
      expect(await accepts(pair, pair.issuer.sign())).toEqual({ jose: true, gatehouse: true })
  })
})
