import { describe, expect, it } from 'vitest'
import { baseAddress, inside } from './address.ts'

describe('the base address', () => {
  it.each(['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000', 'http://127.8.8.8'])(
    'may be %s',
    (base) => {
      expect(baseAddress(base, false).origin).toBe(new URL(base).origin)
    },
  )
  it.each([
    'http://example.com',
    'http://10.0.0.1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://0.0.0.0:4000',
  ])('is refused when it is another machine: %s', (base) => {
    expect(() => baseAddress(base, false)).toThrow('not this machine')
    expect(baseAddress(base, true).href).toContain('http')
  })
  it.each(['ftp://127.0.0.1', 'nonsense', 'http://user:pass@127.0.0.1', 'http://127.0.0.1/?x=1'])(
    'is refused: %s',
    (base) => {
      expect(() => baseAddress(base, true)).toThrow()
    },
  )
})

describe('an address inside', () => {
  const base = new URL('http://127.0.0.1:4000/api/')
  it.each(['//example.com/x', 'http://example.com/', '@example.com', '/\\example.com', '/../../x'])(
    'never leads elsewhere: %s',
    (path) => {
      expect(inside(base, path).host).toBe('127.0.0.1:4000')
    },
  )
  it('keeps the base’s own path and the query', () => {
    expect(inside(base, '/posts?limit=1').href).toBe('http://127.0.0.1:4000/api/posts?limit=1')
  })
})
