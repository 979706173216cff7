import { expect, it } from 'vitest'
import { DomainError, TooManyAttempts } from '../errors.ts'
import { answerOf, mergeErrors, platformErrors } from './error-answers.ts'
import { MethodNotAllowed } from './problems.ts'
import { isExpected, problemResponse } from './render.ts'

class Late extends DomainError {
  readonly code = 'late'
  readonly title = 'Late'
}

it('refuses a code that two tables have, and a status that is not an error’s', () => {
  expect(() => mergeErrors([platformErrors, { invalid_input: 400 }])).toThrow('invalid_input')
  expect(() => mergeErrors([{ late: 200 }])).toThrow('200 is not a status for the error late')
})

it('makes Retry-After of what an error says, rounded up to whole seconds', () => {
  const late = new Late({ retryAfterMs: 1_001 })
  expect(answerOf(late, { late: 503 })).toEqual({ status: 503, headers: { 'Retry-After': '2' } })
  expect(answerOf(new TooManyAttempts(1), platformErrors)?.headers).toEqual({ 'Retry-After': '1' })
  expect(answerOf(new MethodNotAllowed(['GET', 'PUT']), platformErrors)).toEqual({
    status: 405,
    headers: { Allow: 'GET, PUT' },
  })
})

it('answers an error that no table has with a plain 500', async () => {
  const secret = new Late({ detail: 'hunter2' })
  expect(isExpected(secret, platformErrors)).toBe(false)
  const response = problemResponse(secret, 'id', platformErrors)
  expect(response.status).toBe(500)
  expect(await response.text()).not.toMatch(/hunter2|late/)
  expect(answerOf(Object.assign(new Late(), { code: 'constructor' }), {})).toBeUndefined()
})
