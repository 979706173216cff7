import { expect, test } from 'vitest'
import { declarationOf, declarationSource, declare } from './declared.ts'
import { callSite } from './source.ts'

function guard(): () => void {
  return declare(() => {}, { kind: 'open', reason: 'liveness probe' }, callSite(guard))
}

test('a guard carries its declaration and the line where it was made', () => {
  const made = guard()
  expect(declarationOf(made)).toEqual({ kind: 'open', reason: 'liveness probe' })
  expect(declarationSource(made)).toEqual({ file: 'packages/guard/src/routes/declared.test.ts', line: 10 })
})

test('whatever is not a guard has no declaration', () => {
  for (const thing of [() => {}, {}, null, undefined, 'guard', 7])
    expect(declarationOf(thing)).toBeUndefined()
})
