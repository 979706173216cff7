import { expect, test } from 'vitest'
import { readBearer } from './request-headers.ts'

const read = (...fields: string[]): string => {
  const presented = readBearer(fields)
  if (presented.kind === 'token') return presented.token
  return presented.kind === 'malformed' ? (presented.repeated ? 'repeated' : 'malformed') : 'none'
}

test.each([
  ['a comma in the token', 'Bearer abc,def'],
  ['a comma behind the token', 'Bearer abc,'],
  ['a comma in front of the token', 'Bearer ,abc'],
  ['something behind a comma that is no credential', 'Bearer abc, def'],
  ['a parameter behind a comma', 'Bearer abc, realm="x"'],
  ['nothing but a comma', 'Bearer ,'],
])('%s makes the header malformed, not repeated', (_what, field) => {
  expect(read(field)).toBe('malformed')
})

test.each([
  ['two tokens', 'Bearer abc, Bearer def'],
  ['two tokens, joined tightly', 'Bearer abc,bearer def'],
  ['a second Bearer without a token', 'Bearer abc, Bearer'],
  ['a token and other credentials', 'Bearer abc, Basic ZGVm'],
  ['other credentials and a token', 'Basic ZGVm, Bearer abc'],
])('%s in a joined header are a repeated header', (_what, field) => {
  expect(read(field)).toBe('repeated')
})

test('field lines that are kept apart are repeated, whatever is in them', () => {
  expect(read('Bearer abc', 'Bearer abc')).toBe('repeated')
  expect(read('Bearer abc', '')).toBe('repeated')
})

test('another scheme with parameters is no token', () => {
  expect(read('Digest username="ada", realm="bearer, token"')).toBe('none')
  expect(read('Bearer abc')).toBe('abc')
})
