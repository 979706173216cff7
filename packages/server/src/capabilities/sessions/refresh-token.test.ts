import { expect, test } from 'vitest'
import { digestOf, newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { openSuccessor, sealSuccessor } from './refresh-token.ts'

test('a successor opens with the token that it was sealed for and with no other', () => {
  const token = newOpaqueToken()
  const successor = newOpaqueToken()
  const sealed = sealSuccessor(token, successor)
  expect(sealed).not.toContain(successor)
  expect(openSuccessor(token, sealed)).toBe(successor)
  expect(() => openSuccessor(newOpaqueToken(), sealed)).toThrow()
  expect(() => openSuccessor(digestOf(token), sealed)).toThrow()
})

test('a damaged successor does not open', () => {
  const token = newOpaqueToken()
  const bytes = Buffer.from(sealSuccessor(token, newOpaqueToken()), 'base64url')
  bytes[30] = (bytes[30] ?? 0) ^ 1
  expect(() => openSuccessor(token, bytes.toString('base64url'))).toThrow()
})
