import { expect, test } from 'vitest'
import {
  digestOf,
  looksLikeRefreshToken,
  newRefreshToken,
  openSuccessor,
  sealSuccessor,
} from './refresh-token.ts'

test('a refresh token has 256 bits and no second spelling', () => {
  const token = newRefreshToken()
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(looksLikeRefreshToken(token)).toBe(true)
  const last = Buffer.from(`${token.slice(0, 42)}B`, 'base64url').toString('base64url')
  expect(looksLikeRefreshToken(`${token.slice(0, 42)}B`)).toBe(false)
  expect(last).not.toBe(`${token.slice(0, 42)}B`)
  for (const other of ['', `${token}=`, `${token}A`, token.slice(1), `${token.slice(0, 42)} `]) {
    expect(looksLikeRefreshToken(other)).toBe(false)
  }
})

test('the digest does not contain the token', () => {
  const token = newRefreshToken()
  expect(digestOf(token)).not.toContain(token)
  expect(digestOf(token)).toBe(digestOf(token))
  expect(digestOf(newRefreshToken())).not.toBe(digestOf(token))
})

test('a successor opens with the token that it was sealed for and with no other', () => {
  const token = newRefreshToken()
  const successor = newRefreshToken()
  const sealed = sealSuccessor(token, successor)
  expect(sealed).not.toContain(successor)
  expect(openSuccessor(token, sealed)).toBe(successor)
  expect(() => openSuccessor(newRefreshToken(), sealed)).toThrow()
  expect(() => openSuccessor(digestOf(token), sealed)).toThrow()
})

test('a damaged successor does not open', () => {
  const token = newRefreshToken()
  const bytes = Buffer.from(sealSuccessor(token, newRefreshToken()), 'base64url')
  bytes[30] = (bytes[30] ?? 0) ^ 1
  expect(() => openSuccessor(token, bytes.toString('base64url'))).toThrow()
})
