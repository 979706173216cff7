import { describe, expect, test } from 'vitest'
import { emailKey, readEmail } from './emails.ts'

describe('an e-mail address', () => {
  test.each([
    'a@example.com',
    'ana.b+tag@mail.example.co',
    "o'brien@example.ie",
    'jörg@exämple.de',
    '用户@例子.广告',
  ])('is accepted: %s', (email) => {
    expect(readEmail(email)).toMatchObject({ ok: true, value: { email } })
  })

  test.each([
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@localhost',
    'ana@-x.com',
    'ana@exa mple.com',
    'an a@example.com',
    'ana@example.com\r\nBcc: x@example.com',
    '"a b"@example.com',
    'a@b@example.com',
    '.ana@example.com',
    'a..b@example.com',
    'ana@[127.0.0.1]',
    'ana@127.0.0.1',
    'ana@example.com\u0000',
    'ana\u200b@example.com',
    '<a@example.com>',
    `${'x'.repeat(65)}@example.com`,
    `a@${'x.'.repeat(130)}com`,
  ])('is refused: %j', (email) => {
    expect(readEmail(email).ok).toBe(false)
    expect(emailKey(email)).toBeUndefined()
  })

  test('is the same in upper case, and with its domain written in ASCII', () => {
    expect(emailKey('ANA@Example.COM')).toBe(emailKey('ana@example.com'))
    expect(emailKey('ana@exämple.de')).toBe('ana@xn--exmple-cua.de')
  })
})
