import { expect, test } from 'vitest'
import { duration, listed, moment } from './formats.ts'
import { chooseLanguage, directionOf } from './languages.ts'

test.each([
  [['de-AT'], undefined, 'de'],
  [[undefined, 'FR-ca'], 'de', 'fr'],
  [['pt-BR'], 'pt, es;q=0.5, ja;q=0.7', 'ja'],
  [[null], '*', 'en'],
  [[], 'de;q=0, fr;q=nonsense, ar', 'ar'],
  [['not a tag!', 'x'.repeat(1000)], `${'a,'.repeat(10_000)}de`, 'en'],
])('locales %j with %j are written to in %s', (locales, header, language) => {
  expect(chooseLanguage(locales, header)).toBe(language)
})

test('durations, moments and lists are words of the language', () => {
  expect(duration('en', 3_600_000)).toBe('1 hour')
  expect(duration('de', 7 * 86_400_000)).toBe('7 Tage')
  expect(duration('fr', 90 * 60_000)).toBe('90 minutes')
  expect(duration('en', 1)).toBe('1 minute')
  expect(moment('de', Date.UTC(2026, 10, 28, 9, 5))).toBe('28. November 2026 um 09:05 UTC')
  expect(listed('es', ['a', 'b', 'c'])).toBe('a, b y c')
  expect([directionOf('ar'), directionOf('ja')]).toEqual(['rtl', 'ltr'])
})
