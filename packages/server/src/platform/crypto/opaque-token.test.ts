import { expect, test } from 'vitest'
import { digestOf, looksLikeOpaqueToken, newOpaqueToken } from './opaque-token.ts'

test('an opaque token has 256 bits and exactly one spelling', () => {
  const token = newOpaqueToken()
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(looksLikeOpaqueToken(token)).toBe(true)
  const last = Buffer.from(`${token.slice(0, 42)}B`, 'base64url').toString('base64url')
  expect(looksLikeOpaqueToken(`${token.slice(0, 42)}B`)).toBe(false)
  expect(last).not.toBe(`${token.slice(0, 42)}B`)
  for (const other of ['', `${token}=`, `${token}A`, token.slice(1), `${token.slice(0, 42)} `]) {
    expect(looksLikeOpaqueToken(other)).toBe(false)
  }
})

test('the digest does not contain the token', () => {
  const token = newOpaqueToken()
  expect(digestOf(token)).not.toContain(token)
  expect(digestOf(token)).toBe(digestOf(token))
  expect(digestOf(newOpaqueToken())).not.toBe(digestOf(token))
})
