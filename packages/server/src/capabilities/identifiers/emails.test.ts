import { describe, expect, test } from 'vitest'
import { emailKey, readEmail, resembledEmailKey } from './emails.ts'

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
    'ana@exa\nmple.com',
    'ana@exa\r\nmple.com',
    'ana@exa\tmple.com',
    'ana@example.com\n',
    'ana@exa\u200bmple.com',
    'ana@exa\u00admple.com',
    'ana@exa\u202emple.com',
    'ana@ex%61mple.com',
    'ana@example。com',
    'ﬁona@example.com',
    'ａna@example.com',
    'ſam@example.com',
    `${'ä'.repeat(33)}@example.com`,
    `${'x'.repeat(64)}@${'ä.'.repeat(24)}example.com`,
  ])('is refused: %j', (email) => {
    expect(readEmail(email).ok).toBe(false)
    expect(emailKey(email)).toBeUndefined()
  })

  test('is as long as 254 bytes on the wire, and no longer', () => {
    const domain = (length: number) => `${'x.'.repeat((length - 3) / 2)}com`
    expect(readEmail(`${'y'.repeat(64)}@${domain(189)}`)).toMatchObject({ ok: true })
    expect(readEmail(`${'y'.repeat(64)}@${domain(191)}`)).toMatchObject({ ok: false, code: 'too_long' })
  })

  test('is written with the domain that its key says, so that mail goes there', () => {
    expect(readEmail('ana@ＥxÄmple.de')).toMatchObject({
      value: { email: 'ana@exämple.de', key: 'ana@xn--exmple-cua.de' },
    })
    expect(readEmail('Ana@Example.COM')).toMatchObject({
      value: { email: 'Ana@Example.COM', key: 'ana@example.com' },
    })
    expect(readEmail('ana@xn--exmple-cua.de')).toMatchObject({ value: { email: 'ana@xn--exmple-cua.de' } })
  })

  test('of a mailbox that only looks the same is another: Cyrillic letters, accents, tags, dots', () => {
    const keys = [
      'ana@example.com',
      'аna@example.com',
      'ána@example.com',
      'ana+x@example.com',
      'a.na@example.com',
    ]
    expect(new Set(keys.map(emailKey)).size).toBe(5)
    expect(emailKey('ana@еxample.com')).not.toBe(emailKey('ana@example.com'))
  })

  test('that looks like one in Latin letters is known to, whichever part it is', () => {
    expect(resembledEmailKey('аna@example.com')).toBe('ana@example.com')
    expect(resembledEmailKey('ana@ехаmple.com')).toBe('ana@example.com')
    expect(resembledEmailKey('ana@example.com')).toBeUndefined()
    expect(resembledEmailKey('jörg@exämple.de')).toBeUndefined()
  })

  test('is the same in upper case, and with its domain written in ASCII', () => {
    expect(emailKey('ANA@Example.COM')).toBe(emailKey('ana@example.com'))
    expect(emailKey('ana@exämple.de')).toBe('ana@xn--exmple-cua.de')
  })
})
