import { describe, expect, it } from 'vitest'
import { createTestIssuer } from '../testing/index.ts'
import { createVerifier } from './verifier.ts'

const issuer = createTestIssuer({ audience: 'lounge' })

function forged(): string {
  const [header, payload] = issuer.sign().split('.')
  const [, , signature] = issuer.sign({ sub: 'mallory' }).split('.')
  return `${header}.${payload}.${signature}`
}

describe('where signatures are checked', () => {
  it('is here while they match, and elsewhere for a second after one that did not', async () => {
    let now = 0
    const verifier = createVerifier({ jwks: issuer.jwks(), audience: 'lounge' }, { monotonic: () => now })
    const remembered = issuer.sign()
    expect(verifier.verify(remembered)).not.toBeInstanceOf(Promise)
    expect(() => verifier.verify(forged())).toThrow(expect.objectContaining({ code: 'token_signature' }))

    const refused = expect.objectContaining({ code: 'token_signature' })
    // handled from the start: one that is rejected before its turn would count as unhandled
    const flood = Array.from({ length: 20 }, () => expect(verifier.verify(forged())).rejects.toEqual(refused))
    const honest = verifier.verify(issuer.sign())
    expect(honest).toBeInstanceOf(Promise)
    expect(verifier.verify(remembered)).not.toBeInstanceOf(Promise)
    await Promise.all(flood)
    expect(await honest).toMatchObject({ claims: { sub: 'test-user' } })

    now = 1000
    expect(verifier.verify(issuer.sign())).not.toBeInstanceOf(Promise)
  })

  it('does not let a key through that is dropped while its signature is being checked', async () => {
    const verifier = createVerifier({ jwks: issuer.jwks(), audience: 'lounge' }, { monotonic: () => 0 })
    expect(() => verifier.verify(forged())).toThrow()
    const honest = verifier.verify(issuer.sign())
    verifier.dropKey(issuer.key.kid)
    await expect(honest).rejects.toMatchObject({ code: 'token_key_unknown' })
  })
})

describe('a token from the future', () => {
  it('is rejected, and clock skew is reported once, for tokens with a valid signature only', () => {
    const reported: string[] = []
    const options = {
      jwks: issuer.jwks(),
      audience: 'lounge',
      onError: (_error: unknown, what: string) => void reported.push(what),
    }
    const now = Math.floor(Date.now() / 1000)
    const verifier = createVerifier({ ...options, clock: () => now - 90 }, { monotonic: () => 0 })
    expect(() => verifier.verify(forged())).toThrow(expect.objectContaining({ code: 'token_signature' }))
    expect(reported).toEqual([])
    const slow = createVerifier({ ...options, clock: () => now - 90 }, { monotonic: () => 0 })
    for (let i = 0; i < 3; i++) {
      expect(() => slow.verify(issuer.sign())).toThrow(
        expect.objectContaining({ code: 'token_not_yet_valid' }),
      )
    }
    expect(reported).toEqual([expect.stringContaining('clock skew')])
    expect(createVerifier({ ...options, clock: () => now - 50 }).verify(issuer.sign())).toHaveProperty(
      'claims',
    )
  })
})
