import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it, test } from 'vitest'
import { derOf } from './signature.ts'

/** The halves of a signature, written in hexadecimal and padded to `bytes` each. */
const halves = (bytes: number, r: string, s: string): Buffer =>
  Buffer.from(r.padStart(bytes * 2, '0') + s.padStart(bytes * 2, '0'), 'hex')

describe('the two numbers of an ECDSA signature in DER', () => {
  it.each([
    ['without zeros in front', halves(32, '01', '7f'), '300602010102017f'],
    ['with a zero before a high bit', halves(32, '80', 'ff01'), '300902020080020300ff01'],
    ['as a zero where there is nothing', halves(32, '00', '00'), '3006020100020100'],
  ])('are written %s', (_how, given, expected) => {
    expect(derOf(given).toString('hex')).toBe(expected)
  })

  it('use the long form of a length if necessary', () => {
    const der = derOf(halves(66, '01'.repeat(66), '01'.repeat(66)))
    expect(der.subarray(0, 5).toString('hex')).toBe('3081880242')
    expect(der).toHaveLength(3 + 2 * 68)
  })

  // one in a hundred numbers begins with a zero byte, and every other one with a high bit
  test.each([
    ['P-256', 'sha256', 800],
    ['P-384', 'sha384', 100],
    ['P-521', 'sha512', 100],
  ])('are what Node makes of the same signature on %s', (namedCurve, hash, count) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
    const dsaEncoding = 'ieee-p1363'
    for (let i = 0; i < count; i++) {
      const message = Buffer.from(`message ${i}`)
      const signature = sign(hash, message, { key: privateKey, dsaEncoding })
      expect(verify(hash, message, publicKey, derOf(signature))).toBe(true)
      signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
      expect(verify(hash, message, publicKey, derOf(signature))).toBe(false)
    }
  })
})
