import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, TokenError } from '../errors.ts'
import { createTestIssuer, makeTestKey } from '../testing/index.ts'
import { signCompact } from '../testing/sign.ts'
import type { Jwk, Verifier } from './types.ts'
import { createVerifier } from './verifier.ts'

const now = 1_800_000_000
const issuer = createTestIssuer({ audience: 'lounge', clock: () => now })
const quiet = { onError: () => {} }

function verifier(options: Partial<Parameters<typeof createVerifier>[0]> = {}): Verifier {
  const { issuer: iss } = issuer
  return createVerifier({
    issuer: iss,
    audience: 'lounge',
    jwks: issuer.jwks(),
    clock: () => now,
    ...quiet,
    ...options,
  })
}

/** The code with which a token is rejected; undefined if it is accepted. */
async function codeOf(token: string, by: Verifier = verifier()): Promise<string | undefined> {
  try {
    await by.verify(token)
    return undefined
  } catch (error) {
    if (error instanceof TokenError) return error.code
    throw error
  }
}

describe('RFC 8725', () => {
  it('accepts a good token, and deep-freezes its claims', async () => {
    const { claims, algorithm, kid } = await verifier().verify(issuer.sign({ nested: { list: [{ a: 1 }] } }))
    expect([claims.sub, algorithm, kid]).toEqual(['test-user', 'ES256', issuer.key.kid])
    const nested = claims['nested'] as { list: object[] }
    expect([claims, nested, nested.list, nested.list[0]].every(Object.isFrozen)).toBe(true)
  })

  describe('3.1: the token never chooses the algorithm', () => {
    it('rejects "none" in every spelling', async () => {
      for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
        const unsigned = issuer.sign({}, { alg: 'none', header: { alg } })
        expect(await codeOf(`${unsigned}AAAA`)).toBe('token_algorithm')
        expect(await codeOf(unsigned)).toBe('token_malformed')
      }
    })
    it('rejects HS256 signed with the public key', async () => {
      const token = issuer.sign({}, { alg: 'HS256', key: issuer.key.publicKey })
      expect(await codeOf(token)).toBe('token_algorithm')
    })
    it('rejects an algorithm that the key supports but is not meant for', async () => {
      const rsa = createTestIssuer({ audience: 'lounge', alg: 'RS256', clock: () => now })
      const by = verifier({ jwks: rsa.jwks() })
      expect(await codeOf(rsa.sign(), by)).toBeUndefined()
      expect(await codeOf(rsa.sign({}, { alg: 'PS256' }), by)).toBe('token_algorithm')
      expect(await codeOf(rsa.sign({}, { alg: 'RS512' }), by)).toBe('token_algorithm')
    })
    it('rejects an algorithm that is not configured', async () => {
      const keys = [...issuer.jwks().keys, makeTestKey('RS256').jwk ?? {}]
      expect(await codeOf(issuer.sign(), verifier({ jwks: { keys } }))).toBeUndefined()
      expect(await codeOf(issuer.sign(), verifier({ jwks: { keys }, algorithms: ['RS256'] }))).toBe(
        'token_algorithm',
      )
    })
  })

  describe('3.2 and 3.5: weak or unsuitable keys are rejected when configured', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const x25519 = generateKeyPairSync('x25519').publicKey
    it.each([
      ['an RSA key of 1024 bits', { publicKey: weak }],
      ['a private key', { publicKey: signing.privateKey }],
      [
        'a private key in PEM',
        { publicKey: signing.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
      ],
      ['a private JWK in a set', { jwks: { keys: [signing.privateKey.export({ format: 'jwk' }) as Jwk] } }],
      [
        'a symmetric key in a set',
        { jwks: { keys: [...issuer.jwks().keys, { kty: 'oct', k: 'A'.repeat(43) }] } },
      ],
      ['a key for agreement', { publicKey: x25519 }],
      ['a key for another algorithm', { publicKey: signing.publicKey, algorithms: ['RS256'] as const }],
      ['a set without keys', { jwks: { keys: [] } }],
    ])('%s', (_name, options) => {
      const base = { issuer: 'https://issuer.test', audience: 'lounge' }
      expect(() => createVerifier({ ...base, ...options })).toThrow(ConfigurationError)
    })
    it.each([
      ['31 bytes', 'x'.repeat(31), undefined],
      ['63 bytes for HS512', 'x'.repeat(63), ['HS512'] as const],
      [
        'a public key in PEM',
        signing.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        undefined,
      ],
    ])('a secret of %s', (_name, secret, algorithms) => {
      expect(() => createVerifier({ secret, ...(algorithms && { algorithms }) })).toThrow(ConfigurationError)
    })
  })

  it('3.3: rejects an invalid signature, whichever part was changed', async () => {
    const [header, payload, signature] = issuer.sign().split('.')
    const [otherHeader, otherPayload, otherSignature] = issuer
      .sign({ sub: 'mallory' }, { header: { x: 1 } })
      .split('.')
    expect(await codeOf(`${otherHeader}.${payload}.${signature}`)).toBe('token_signature')
    expect(await codeOf(`${header}.${otherPayload}.${signature}`)).toBe('token_signature')
    expect(await codeOf(`${header}.${payload}.${otherSignature}`)).toBe('token_signature')
  })

  it('3.7: rejects invalid UTF-8, invalid JSON and duplicate members', async () => {
    const good = { iss: issuer.issuer, aud: 'lounge', sub: 'a', exp: now + 9 }
    const text = JSON.stringify(good)
    const header = { alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid }
    const sign = (payload: string): string => signCompact(header, payload, 'ES256', issuer.key.privateKey)
    expect(await codeOf(sign(text))).toBeUndefined()
    expect(await codeOf(sign(text.replace('}', ',"sub":"b"}')))).toBe('token_malformed')
    expect(await codeOf(sign(text.replace('}', ',"s\\u0075b":"b"}')))).toBe('token_malformed')
    expect(await codeOf(sign(text.replace('}', ',"x":[{"a":1,"a":1}]}')))).toBe('token_malformed')
    expect(await codeOf(sign(text.replace('}', ',"x":"a:b\\":{","__proto__":{"a":1}}')))).toBeUndefined()
    for (const broken of [`\uFEFF${text}`, `[${text}]`, 'null', '"x"', '', `${text}x`, '['.repeat(9000)]) {
      expect(await codeOf(sign(broken))).toBe('token_malformed')
    }
    const bytes = Buffer.from(text)
    bytes[bytes.indexOf('"a"') + 1] = 0xff
    const [head, , signature] = sign(text).split('.')
    expect(await codeOf(`${head}.${bytes.toString('base64url')}.${signature}`)).toBe('token_malformed')
  })

  it('3.8: rejects another issuer, and one that is almost the same', async () => {
    for (const iss of [
      'https://evil.test',
      `${issuer.issuer}/`,
      issuer.issuer.toUpperCase(),
      '',
      null,
      [issuer.issuer],
      undefined,
    ]) {
      expect(await codeOf(issuer.sign({ iss }))).toBe('token_issuer')
    }
  })

  it('3.8: rejects a token without a subject', async () => {
    for (const sub of ['', null, 7, undefined, ['a']])
      expect(await codeOf(issuer.sign({ sub }))).toBe('token_claims')
  })

  it('3.9: rejects another audience, a missing one, and an unexpected one', async () => {
    for (const aud of ['loungex', 'LOUNGE', '', [], ['a', 'b'], null, undefined, { lounge: 1 }]) {
      expect(await codeOf(issuer.sign({ aud }))).toBe('token_audience')
    }
    expect(await codeOf(issuer.sign({ aud: ['lounge', 7] }))).toBe('token_claims')
    expect(await codeOf(issuer.sign({ aud: ['a', 'lounge'] }))).toBeUndefined()
    const secret = makeTestKey('HS256')
    const by = createVerifier({ secret: secret.privateKey.export(), clock: () => now })
    expect(
      await codeOf(issuer.sign({ aud: undefined }, { key: secret, header: { typ: 'JWT' } }), by),
    ).toBeUndefined()
    expect(await codeOf(issuer.sign({}, { key: secret, header: { typ: 'JWT' } }), by)).toBe('token_audience')
  })

  it('3.10: never takes a key from the header', async () => {
    const attacker = makeTestKey('ES256')
    for (const header of [
      { jwk: attacker.jwk },
      { jku: 'http://127.0.0.1:9/x' },
      { x5u: 'http://127.0.0.1:9/x' },
      { x5c: ['x'] },
    ]) {
      const forged = issuer.sign({}, { key: attacker, header: { ...header, kid: issuer.key.kid } })
      expect(await codeOf(forged)).toBe('token_signature')
      expect(await codeOf(issuer.sign({}, { header }))).toBeUndefined()
    }
    expect(await codeOf(issuer.sign({}, { key: attacker }))).toBe('token_key_unknown')
  })

  it('3.11: rejects any other type', async () => {
    for (const typ of ['JWT', 'id_token', 'jwt', '', undefined, 'at+jwtx', 'text/at+jwt', 'secevent+jwt']) {
      expect(await codeOf(issuer.sign({}, { header: { typ } }))).toBe('token_type')
    }
    for (const typ of ['AT+JWT', 'application/at+jwt', 'Application/At+Jwt']) {
      expect(await codeOf(issuer.sign({}, { header: { typ } }))).toBeUndefined()
    }
    expect(
      await codeOf(issuer.sign({}, { header: { typ: undefined } }), verifier({ typ: null })),
    ).toBeUndefined()
  })

  it('rejects a compressed payload, which only an encrypted token can have', async () => {
    for (const zip of ['DEF', 'GZIP', '', null, false]) {
      expect(await codeOf(issuer.sign({}, { header: { zip } })), JSON.stringify(zip)).toBe('token_header')
    }
  })

  it('rejects critical extensions, even known ones', async () => {
    for (const header of [
      { crit: ['b64'], b64: false },
      { crit: ['exp'] },
      { crit: [] },
      { crit: null },
      { b64: true },
    ]) {
      expect(await codeOf(issuer.sign({}, { header }))).toBe('token_header')
    }
  })

  it('rejects expired, future, missing and malformed times', async () => {
    expect(await codeOf(issuer.sign({ exp: now - 59 }))).toBeUndefined()
    expect(await codeOf(issuer.sign({ exp: now - 60 }))).toBe('token_expired')
    expect(await codeOf(issuer.sign({ exp: now - 1 }), verifier({ clockTolerance: 0 }))).toBe('token_expired')
    expect(await codeOf(issuer.sign({ nbf: now + 60 }))).toBeUndefined()
    expect(await codeOf(issuer.sign({ nbf: now + 61 }))).toBe('token_not_yet_valid')
    for (const exp of [undefined, null, `${now + 9}`, -1, {}])
      expect(await codeOf(issuer.sign({ exp }))).toBe('token_claims')
    for (const bad of [{ nbf: '1' }, { iat: '1' }, { auth_time: 'x' }, { jti: 1 }, { sid: 1 }, { acr: 1 }]) {
      expect(await codeOf(issuer.sign(bad))).toBe('token_claims')
    }
    expect(
      await codeOf(
        issuer.sign({}, { payload: `{"iss":"${issuer.issuer}","aud":"lounge","sub":"a","exp":1e999}` }),
      ),
    ).toBe('token_claims')
  })

  it('rejects a token that is too large or does not have three parts', async () => {
    expect(await codeOf(issuer.sign({ filler: 'x'.repeat(12_000) }))).toBe('token_too_large')
    const token = issuer.sign()
    for (const bad of [
      '',
      '.',
      '..',
      '...',
      `${token}.`,
      `${token}.x`,
      ` ${token}`,
      `${token}=`,
      `${token}\n`,
      token.replaceAll('.', ','),
    ]) {
      expect(await codeOf(bad)).toBe('token_malformed')
    }
  })
})
