import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldCase, readUsername, usernameKey } from './usernames.ts'

function codeOf(text: string): string {
  const reading = readUsername(text)
  return reading.ok ? 'ok' : reading.code
}

describe('a username is accepted', () => {
  test.each([
    'ana',
    'a.b_c-d',
    '123',
    'x'.repeat(32),
    'Zoë',
    'Łukasz',
    'İstanbul',
    'straße',
    'Αθηνά',
    'Вася',
    'Сара',
    'محمد',
    'דוד',
    'हिन्दी',
    'สมชาย',
    '田中さん',
    '山田タロー',
    '김철수',
    'Nguyễn',
    'ɖɔla',
  ])('%s', (name) => {
    expect(codeOf(name)).toBe('ok')
  })

  test('with its length counted in code points, after compatibility forms are resolved', () => {
    expect(codeOf('𠮷'.repeat(32))).toBe('ok')
    expect(codeOf('𠮷'.repeat(33))).toBe('too_long')
    expect(readUsername('ａｎａ１')).toEqual({
      ok: true,
      value: { username: 'ana1', folded: 'ana1', key: 'ana1' },
    })
    expect(codeOf('ﷺ'.repeat(2))).toBe('too_long')
  })
})

describe('a username is refused', () => {
  test.each([
    ['', 'too_short'],
    ['ab', 'too_short'],
    ['𠮷𠮷', 'too_short'],
    ['x'.repeat(33), 'too_long'],
    ['an a', 'invalid_characters'],
    ['ana@example.com', 'invalid_characters'],
    ['ana/..', 'invalid_characters'],
    ['...', 'invalid_characters'],
    ['ana\u0000', 'invalid_characters'],
    ['ana\u200b', 'invalid_characters'],
    ['an\u200da', 'invalid_characters'],
    ['ana\u202e', 'invalid_characters'],
    ['ana\u2060', 'invalid_characters'],
    ['ana\ufe0f', 'invalid_characters'],
    ['\u3164\u3164\u3164', 'invalid_characters'],
    ['ana\u115f', 'invalid_characters'],
    ['ana\u00ad', 'invalid_characters'],
    ['ana\ud800', 'invalid_characters'],
    ['ana😀', 'invalid_characters'],
    ['a\u0301\u0301na', 'invalid_characters'],
    ['\u0301ana', 'invalid_characters'],
    ['an\u0251', 'invalid_characters'],
    ['an\u01c0', 'invalid_characters'],
    ['a\u0336na', 'invalid_characters'],
    ['аna', 'mixed_scripts'],
    ['αna', 'mixed_scripts'],
    ['anaя', 'mixed_scripts'],
    ['सनana', 'mixed_scripts'],
    ['"; DROP TABLE users;--', 'invalid_characters'],
  ])('%j: %s', (name, code) => {
    expect(codeOf(name)).toBe(code)
  })
})

describe('two usernames are the same', () => {
  test.each([
    ['ana', 'ANA'],
    ['straße', 'STRASSE'],
    ['straße', 'STRAẞE'],
    ['οδος', 'ΟΔΟΣ'],
    ['οδοσ', 'οδος'],
    ['istanbul', 'İSTANBUL'],
    ['istanbul', 'ISTANBUL'],
    ['ıstanbul', 'istanbul'],
    ['Zoë', 'ZOE\u0308'],
    ['ﬁona', 'fiona'],
    ['Сара', 'capa'],
    ['ВЕТА', 'beta'],
    ['вета', 'ВЕТА'],
  ])('%s and %s', (one, other) => {
    expect(usernameKey(one)).toBe(usernameKey(other))
  })

  test.each([
    ['ana', 'anna'],
    ['zoe', 'zoë'],
    ['Вася', 'Vasya'],
    ['a.b', 'a_b'],
  ])('but not %s and %s', (one, other) => {
    expect(usernameKey(one)).not.toBe(usernameKey(other))
  })
})

test('folding case is stable, and upper and lower case of every letter fold alike', () => {
  const odd: string[] = []
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const c = String.fromCodePoint(code)
    if (!/\p{L}/u.test(c)) continue
    const folded = foldCase(c)
    const alike = [folded, c.toUpperCase(), c.toLowerCase()].every((form) => foldCase(form) === folded)
    if (!alike) odd.push(`${c} U+${code.toString(16)}`)
  }
  expect(odd).toEqual([])
})

test('an accepted name is accepted again as it is shown, with the same key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 34 }), (text) => {
      const reading = readUsername(text)
      if (!reading.ok) return
      expect(readUsername(reading.value.username)).toEqual(reading)
      expect(usernameKey(text)).toBe(reading.value.key)
    }),
    { numRuns: 2000 },
  )
})
