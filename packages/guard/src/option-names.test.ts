import { expect, test } from 'vitest'
import { closest, type Names, unknownNames } from './option-names.ts'

const known = ['revocation', 'clockTolerance', 'clock', 'claims', 'typ', 'issuer', 'issuers']

test.each([
  ['revokation', 'revocation'],
  ['clockTolerence', 'clockTolerance'],
  ['clocktolerance', 'clockTolerance'],
  ['issuser', 'issuer'],
  ['isseur', 'issuer'],
  ['type', 'typ'],
  ['tpy', 'typ'],
  ['colck', 'clock'],
])('%s is meant as %s', (name, meant) => {
  expect(closest(name, known)).toBe(meant)
})

test.each(['realm', 'x', '', 'constructor', '__proto__', 'audience', 'x'.repeat(10_000)])(
  'nothing is close to %s',
  (name) => {
    expect(closest(name, known)).toBeUndefined()
  },
)

test('names on a prototype are neither given nor known', () => {
  expect(unknownNames(Object.create({ nonsense: true }), known)).toEqual([])
  const given = JSON.parse('{ "__proto__": 1, "constructor": 2, "toString": 3 }') as object
  expect(unknownNames(given, known).map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString'])
})

// The compiler is this test: each "expect error" is an error of its own where there is none.
test('a list that drifts from its type does not compile', () => {
  interface Options {
    first: string
    second?: string
  }
  const whole: Names<Options> = { first: true, second: true }
  // @ts-expect-error: an option that the list does not have
  const short: Names<Options> = { first: true }
  // @ts-expect-error: an option that the type does not have
  const long: Names<Options> = { first: true, second: true, third: true }
  expect([whole, short, long].map((names) => Object.keys(names).length)).toEqual([2, 1, 3])
})
