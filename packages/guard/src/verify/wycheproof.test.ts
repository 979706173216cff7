import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isAlgorithm } from './algorithms.ts'
import { decodeBase64url, readHeader, splitCompact } from './compact.ts'
import { importJwk, importSecret } from './key.ts'
import { importConfiguredKeySet, isJwks, KeySet } from './key-set.ts'
import { checkSignature } from './signature.ts'
import type { Jwk, Jwks } from './types.ts'

interface Case {
  tcId: number
  comment: string
  jws: string
  result: 'valid' | 'invalid'
}
interface Suite {
  numberOfTests: number
  testGroups: { comment: string; private?: Jwk | Jwks; public?: Jwk | Jwks; tests: Case[] }[]
}

/** Cases that the suite accepts and this package rejects: the number, and why. */
const stricter: Record<'signature' | 'key', Record<number, string>> = {
  signature: {
    259: 'an empty payload has no claims',
    264: 'an empty payload has no claims',
    268: 'an empty payload has no claims',
    272: 'an empty payload has no claims',
    320: 'an empty payload has no claims',
    325: 'an empty payload has no claims',
    347: "the key's alg is ES521, which does not exist",
    351: "the key's alg is ES521, which does not exist",
    346: 'two algorithms for one RSA key',
    350: 'two algorithms for one RSA key',
    372: 'a character outside of base64url in the header',
    373: 'a character outside of base64url in the payload',
  },
  key: { 2: 'a key set with symmetric keys' },
}

/** Cases that the suite calls invalid although a valid case has the very same token and key. */
const contradictions: Record<'signature' | 'key', Record<number, number>> = {
  signature: { 367: 357, 370: 357 },
  key: {},
}

function read(name: 'signature' | 'key'): Suite {
  const url = new URL(`./vectors/wycheproof_json_web_${name}_test.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Suite
}

/** Whether a JWS is accepted with a key, in the same steps as a token. */
function accepts(jws: string, key: Jwk | Jwks): boolean {
  try {
    const compact = splitCompact(jws)
    const header = readHeader(compact.header)
    if (decodeBase64url(compact.payload) === undefined) return false
    const keys = new KeySet(importAny(key))
    const chosen = keys.select(header.alg, isJwks(key) && key.keys.length > 1 ? header.kid : undefined)
    return chosen !== undefined && checkSignature(chosen, header.alg, compact.signingInput, compact.signature)
  } catch {
    return false // whatever the reason, it is not accepted
  }
}

function importAny(key: Jwk | Jwks): ReturnType<typeof importConfiguredKeySet> {
  if (isJwks(key) && key.keys.length > 1) return importConfiguredKeySet(key, undefined)
  const jwk = isJwks(key) ? key.keys[0] : key
  if (jwk?.kty !== 'oct') return jwk === undefined ? [] : [importJwk(jwk)]
  if (!isAlgorithm(jwk.alg)) throw new Error('a symmetric key is configured with an algorithm')
  return [importSecret(Buffer.from(jwk.k ?? '', 'base64url'), [jwk.alg])]
}

describe.each(['signature', 'key'] as const)('the Wycheproof %s suite', (name) => {
  const suite = read(name)
  const cases = suite.testGroups.flatMap((group) =>
    group.tests.map((test) => ({ ...test, group: group.comment, key: group.public ?? group.private })),
  )

  it('is complete', () => {
    expect(cases).toHaveLength(suite.numberOfTests)
  })

  it.each(cases)('$tcId $group: $comment is $result', ({ tcId, jws, key, result }) => {
    if (key === undefined) throw new Error('The group has no key.')
    const wanted = (result === 'valid' || tcId in contradictions[name]) && stricter[name][tcId] === undefined
    expect(accepts(jws, key)).toBe(wanted)
  })

  it.each(Object.entries(contradictions[name]))(
    'contradicts itself: case %s is case %i',
    (invalid, valid) => {
      const one = cases.find(({ tcId }) => tcId === Number(invalid))
      const other = cases.find(({ tcId }) => tcId === valid)
      expect([one?.result, other?.result]).toEqual(['invalid', 'valid'])
      expect([one?.jws, one?.key]).toEqual([other?.jws, other?.key])
    },
  )

  it('lists as rejected here only cases that the suite calls valid', () => {
    const valid = cases.filter(({ result }) => result === 'valid').map(({ tcId }) => tcId)
    for (const tcId of Object.keys(stricter[name]).map(Number)) expect(valid).toContain(tcId)
  })
})
