import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSealer, SealError } from './sealer.ts'

const secret = Buffer.from('the first secret, of at least 32 bytes')
const other = Buffer.from('the other secret, of at least 32 bytes')

describe('a sealer', () => {
  it('opens whatever it sealed', () => {
    const sealer = createSealer(secret)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        expect(new Uint8Array(sealer.open(sealer.seal(plain, 'test'), 'test'))).toEqual(plain)
      }),
    )
  })

  it('refuses to open for another purpose, under another secret, or after a one-bit change', () => {
    const sealed = createSealer(secret).seal(Buffer.from('key'), 'private key 1')
    expect(() => createSealer(secret).open(sealed, 'private key 2')).toThrow(SealError)
    expect(() => createSealer(other).open(sealed, 'private key 1')).toThrow('GATEHOUSE_SECRET')
    const bytes = Buffer.from(sealed, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => createSealer(secret).open(changed.toString('base64url'), 'private key 1')).toThrow(
        SealError,
      )
    }
  })

  it('seals the same text differently each time', () => {
    const sealer = createSealer(secret)
    expect(sealer.seal(Buffer.from('x'), 'test')).not.toBe(sealer.seal(Buffer.from('x'), 'test'))
  })

  it('opens what the old secret sealed while both are given, and knows which one it was', () => {
    const sealed = createSealer(secret).seal(Buffer.from('key'), 'test')
    const both = createSealer(other, secret)
    expect(both.open(sealed, 'test').toString()).toBe('key')
    expect(both.isCurrent(sealed)).toBe(false)
    expect(both.isCurrent(both.seal(Buffer.from('key'), 'test'))).toBe(true)
  })

  it('digests the same text differently for each purpose and secret', () => {
    const digest = createSealer(secret).digest('a name', 'one purpose')
    expect(digest).toMatch(/^[\w-]{43}$/)
    expect(createSealer(secret, other).digest('a name', 'one purpose')).toBe(digest)
    expect(createSealer(secret).digest('a name', 'another purpose')).not.toBe(digest)
    expect(createSealer(other).digest('a name', 'one purpose')).not.toBe(digest)
    expect(createSealer(secret).digest('another name', 'one purpose')).not.toBe(digest)
  })
})
