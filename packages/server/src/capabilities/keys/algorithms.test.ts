import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { expect, test } from 'vitest'
import { generateKeys, publicJwk, signBytes } from './algorithms.ts'

for (const alg of ['ES256', 'EdDSA', 'RS256'] as const) {
  test(`${alg}: another implementation verifies the signature and gives the key the same name`, async () => {
    const { publicKey, privateKey } = await generateKeys(alg)
    const jwk = publicJwk(alg, publicKey)
    expect(jwk.kid).toBe(await calculateJwkThumbprint({ ...jwk, kty: jwk.kty ?? '' }))
    expect(jwk).not.toHaveProperty('d')

    const input = `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${Buffer.from('hello').toString('base64url')}`
    const signature = signBytes(alg, privateKey, Buffer.from(input)).toString('base64url')
    const { payload } = await compactVerify(
      `${input}.${signature}`,
      await importJWK({ ...jwk, kty: jwk.kty ?? '' }),
    )
    expect(Buffer.from(payload).toString()).toBe('hello')
  })
}
