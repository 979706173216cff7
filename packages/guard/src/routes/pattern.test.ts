import { expect, test } from 'vitest'
import {
  braces,
  classic,
  covers,
  everythingBelow,
  hono,
  joinPatterns,
  type PathSyntax,
  parametersOf,
  parsePath,
  printPattern,
} from './pattern.ts'

const read = (path: string | RegExp, syntax: PathSyntax) => {
  const [first] = parsePath(path, syntax)
  if (first === undefined) throw new Error('no pattern')
  return first
}
const wide = (general: string, specific: string): boolean => covers(read(general, hono), read(specific, hono))

test.each([
  ['/users/:id', '/users/me', true],
  ['/users/me', '/users/:id', false],
  ['/users/:id', '/users/:id/posts', false],
  ['/users/*', '/users', true],
  ['/users/*', '/usersx', false],
  ['*', '/anything/at/all', true],
  ['/a/*', '/a/*', true],
  ['/a/b/*', '/a/*', false],
  ['/:id{[0-9]+}', '/me', false],
  ['/:id{[0-9]+}', '/:user{[0-9]+}', true],
])('%s covers %s: %s', (general, specific, expected) => {
  expect(wide(general, specific)).toBe(expected)
})

test('case counts by segment: where the wide one minds it, the text must be the same and minded there, too', () => {
  expect(wide('/Admin/*', '/admin/x')).toBe(false)
  const [admin, stats] = [read('/admin', braces(true)), read('/stats', braces(false))]
  expect(covers(everythingBelow(admin), joinPatterns(admin, stats))).toBe(true)
  expect(covers(joinPatterns(admin, read('/stats', braces(true))), joinPatterns(admin, stats))).toBe(false)
  expect(covers(joinPatterns(admin, stats), joinPatterns(admin, read('/STATS', braces(true))))).toBe(true)
})

test('a pattern that minds case does not cover one that does not', () => {
  expect(covers(everythingBelow(read('/admin', braces(true))), read('/admin/x', braces(false)))).toBe(false)
  expect(covers(everythingBelow(read('/admin', braces(false))), read('/admin/x', braces(true)))).toBe(true)
})

test('a regular expression is covered by a wildcard and by itself, and covers nothing else', () => {
  const expression = read(/^\/a/, classic(false))
  expect(covers(everythingBelow(read('/', classic(false))), expression)).toBe(true)
  expect(covers(expression, expression)).toBe(true)
  expect(covers(expression, read('/a', classic(false)))).toBe(false)
  expect(covers(everythingBelow(read('/b', classic(false))), expression)).toBe(false)
})

test('optional parts give a pattern with and one without them', () => {
  expect(parsePath('/a{/:b}', braces(false)).map(printPattern)).toEqual(['/a', '/a/:b'])
  expect(parsePath('/a/:b?', hono).map(printPattern)).toEqual(['/a', '/a/:b'])
})

test('parameters are found in each syntax', () => {
  expect(parametersOf(read('/a/:b/*rest', braces(false)))).toEqual(['b', 'rest'])
  expect(parametersOf(read('/a/:from-:to', hono))).toEqual(['from', 'to'])
  expect(parametersOf(read('/a/:b(\\d+)/c', classic(false)))).toEqual(['b'])
})
